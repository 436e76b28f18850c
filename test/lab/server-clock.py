# Run in front of every program that the lab's Python is given (-c): its wall clock, and that of what it
# forks, is off by so many hours as the file says.
def let_clock_jump(file):
    import time

    real = time.time

    def jumped():
        with open(file) as hours:
            return real() + float(hours.read()) * 3600

    time.time = jumped
    time.time_ns = lambda: int(jumped() * 1e9)
