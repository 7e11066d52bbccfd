-- Return whether a worker holds a lease on a step of a job.
-- needs: due
return at_work(ARGV[1])
