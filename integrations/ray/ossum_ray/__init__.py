"""Carries out the shards of an ossum migration on a Ray cluster.

Ray places the work and notices what is lost; what is done is known from the work place alone, so another driver goes
on where one was lost. Nothing here reads or writes the work place itself: `ossum` does. Start at `fleet.run`.
"""
