import sys

from ossum_ray.command import main

sys.exit(main())
