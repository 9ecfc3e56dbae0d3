"""Which thread carries a request out."""

from __future__ import annotations

from pdsync.sandbox.http.dispatcher import Dispatcher


class Task:
    def __init__(self, done: list[str], name: str) -> None:
        self.done, self.name = done, name

    def service(self) -> None:
        self.done.append(self.name)


class Pool:
    """Carries tasks out at once, under a name of its own."""

    threads = 1

    def set_thread_count(self, count: int) -> None:
        self.threads = count

    def add_task(self, task: Task) -> None:
        task.done.append(f"pool {task.name}")

    def shutdown(self, cancel_pending: bool, timeout: int) -> bool:
        return True


def test_what_may_wait_goes_to_the_pool_and_the_rest_to_the_reading_thread() -> None:
    done: list[str] = []
    may_wait = False
    pool = Pool()
    dispatcher = Dispatcher(pool, lambda: may_wait, 40)
    dispatcher.add_task(Task(done, "one"))
    assert done == []
    assert pool.threads == 1
    may_wait = True
    dispatcher.add_task(Task(done, "two"))
    assert pool.threads == 40
    dispatcher.run()
    assert done == ["pool two", "one"]
    may_wait = False
    dispatcher.add_task(Task(done, "three"))
    assert dispatcher.shutdown()
    dispatcher.run()
    assert done == ["pool two", "one"]
