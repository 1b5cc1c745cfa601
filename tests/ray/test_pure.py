"""What is decided without a cluster."""

from collections import deque

from ossum_ray import leases
from ossum_ray.leases import LEASE_SECONDS, Leases
from ossum_ray.schedule import Schedule
from ossum_ray.shard import DONE, NEVER, TRY_AGAIN, Result, carry_out


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_all_shares_together_are_never_more_than_the_whole():
    had = Leases(Clock(), began_anew=False)
    assert [had.take(str(number), 3) for number in range(4)] == [True, True, True, False]
    had.give_back("1")
    assert not had.take("half", 2)
    assert had.take("4", 3)


def test_a_lease_that_is_not_renewed_is_over():
    clock = Clock()
    had = Leases(clock, began_anew=False)
    assert had.take("a", 2) and had.take("b", 2)
    clock.now += LEASE_SECONDS - 1
    assert had.renew("a", 2)
    clock.now += 2
    assert not had.renew("b", 2)
    assert had.count() == 1
    assert had.take("c", 2) and not had.take("d", 2)


def test_an_actor_that_began_anew_waits_for_those_it_does_not_know():
    clock = Clock()
    had = Leases(clock, began_anew=True)
    assert not had.take("new", 2)
    assert had.renew("old", 2)
    clock.now += LEASE_SECONDS - 1
    assert had.renew("old", 2) and not had.take("new", 2)
    clock.now += 1
    assert had.take("new", 2) and not had.take("another", 2)


def test_a_worker_that_cannot_renew_has_ended_before_its_lease_is_over():
    from ossum_ray import attempt, shard

    longest = leases.RENEW_SECONDS + attempt._ANSWER_SECONDS + shard._END_SECONDS
    assert longest < LEASE_SECONDS


def test_what_may_pass_is_tried_again_later_and_what_never_passes_is_not():
    plan = Schedule(deque([5, 6]), retries=1)
    assert [plan.next(0.0), plan.next(0.0), plan.next(0.0)] == [5, 6, None]
    assert plan.ended(5, Result(TRY_AGAIN), 0.0)
    assert not plan.ended(6, Result(NEVER, message="denied"), 0.0)
    assert plan.next(0.5) is None and plan.seconds_to_next(0.5) == 0.5
    assert plan.next(1.0) == 5
    assert not plan.ended(5, Result(TRY_AGAIN), 1.0)
    assert sorted(plan.failed) == [5, 6] and plan.seconds_to_next(1.0) is None


def test_how_a_program_ended_is_read_from_what_it_says():
    def ended(script):
        return carry_out(["sh", "-c", script], lambda: True, 1)

    said = """echo '{"event":"shard","rows_done":3}'; """
    assert ended(said) == Result(DONE, 3, "")
    assert ended(said + """echo '{"event":"error","message":"no"}'; exit 42""") == Result(NEVER, 3, "no")
    assert ended("echo oops >&2; exit 1") == Result(1, 0, "oops")
    assert ended("kill -9 $$").code == -9
    assert carry_out(["/no/such/program"], lambda: True, 1).code == TRY_AGAIN


def test_a_program_that_may_not_go_on_is_told_to_end():
    script = "trap 'exit 75' TERM; while :; do sleep 0.01; done"
    assert carry_out(["sh", "-c", script], lambda: False, 0.05).code == TRY_AGAIN
