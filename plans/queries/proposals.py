def tasks_for(person):
    return []


def running_for(person):
    return []


def deadlines_for(person):
    return []
