"""Lies in refusals: the shape of errors, and what a refusal leaves behind."""

from tests.mutants.lie import PROBLEMS, SERVICE, SNAPSHOT, WORLD, Edit, Lie

LIES = (
    Lie(
        "error-without-status",
        "error shape",
        "An error does not repeat its status code",
        PROBLEMS,
        '            "status": self.status_code,\n',
        "",
        (
            "unknown-things",
            "answer-vm-get",
            "refusals-have-their-code",
            "errors-say-their-code",
        ),
        ("vm-get",),
    ),
    Lie(
        "one-parameter-not-named",
        "error shape",
        "A single bad member is not named among the parameters",
        PROBLEMS,
        "        if self.parameters:\n",
        "        if len(self.parameters) > 1:\n",
        (
            "hours-to-live",
            "refused-snapshots",
            "extend-hours",
            "refusals-name-what-is-wrong",
        ),
        ("vm-snapshot-create", "request-snapshot-extend"),
    ),
    Lie(
        "first-parameter-only",
        "error shape",
        "Of all bad members only the first is named",
        PROBLEMS,
        'document["parameters"] = list(self.parameters)',
        'document["parameters"] = list(self.parameters)[:1]',
        (
            "refused-snapshots",
            "pages",
            "refusals-name-what-is-wrong",
        ),
        ("vm-snapshot-create", "request-change-list"),
    ),
    Lie(
        "forbidden-says-404",
        "error shape",
        "The body of a 403 says 404",
        PROBLEMS,
        '            "status": self.status_code,\n',
        '            "status": 404 if self.status_code == 403 else self.status_code,\n',
        (
            "what-a-user-may-not-see",
            "answer-vm-get",
            "refusals-have-their-code",
            "hidden-machines-stay-hidden",
            "errors-say-their-code",
        ),
        ("vm-get", "vm-snapshot-create"),
    ),
    Lie(
        "not-found-as-text",
        "error shape",
        "A path that leads nowhere is answered as text",
        SERVICE,
        'raise Refusal(404, f"there is nothing at {short(call.path)}{self._hint(call.path)}")',
        'return Reply(404, b"404: Not Found", {"Content-Type": "text/plain"})',
        (
            "unknown-things",
            "unknown-things-are-not-found",
            "unknown-ids-are-not-found",
        ),
        ("api-root",),
    ),
    Lie(
        "fourth-extension-refused-and-done",
        "state changed by a refusal",
        "The fourth extension is refused, and the deletion put off all the same",
        WORLD,
        "        if len(request.extensions) == MAXIMUM_EXTENSIONS:\n",
        "        if len(request.extensions) == MAXIMUM_EXTENSIONS:\n"
        "            more = (*request.extensions, hours)\n"
        "            self._index(self._move(request, Event.EXTEND, self.now, extensions=more))\n",
        (
            "extend-three-times",
            "extensions-are-counted",
            "refusals-change-nothing",
        ),
        ("request-snapshot-get",),
        ("create.extend",),
    ),
    Lie(
        "refused-extension-updates",
        "state changed by a refusal",
        "An extension refused for its body moves updated_on",
        SERVICE,
        "        visit = Visit(self, call, tenancy, user, self._body(call, operation))\n",
        "        try:\n            checked = self._body(call, operation)\n"
        "        except Refusal:\n"
        '            if operation.id == "request-snapshot-extend":\n'
        "                held = tenancy.world._snapshots\n"
        '                id = int(call.params["id"])\n'
        "                held[id] = held[id]._replace(updated_on=tenancy.world.now)\n"
        "            raise\n"
        "        visit = Visit(self, call, tenancy, user, checked)\n",
        (
            "extend-hours",
            "reads-change-nothing",
            "updated-on-moves-with-events",
            "refusals-change-nothing",
        ),
        ("request-snapshot-get",),
    ),
    Lie(
        "forbidden-snapshot-entered",
        "state changed by a refusal",
        "A snapshot of a machine that a user may not see is refused, and entered all the same",
        WORLD,
        "        self.virtual_machine(user, vm)\n        check_hours(valid_for)\n",
        "        if self.inventory[vm] not in self.find(user):\n"
        "            self._ask(user, Job.CREATE, vm, description=description, "
        "from_date=from_date, valid_for=valid_for)\n"
        "        self.virtual_machine(user, vm)\n        check_hours(valid_for)\n",
        (
            "what-a-user-may-not-see",
            "reads-change-nothing",
            "hidden-machines-stay-hidden",
            "refusals-change-nothing",
        ),
        ("request-snapshot-list", "request-summary"),
        more=(
            Edit(
                SNAPSHOT,
                "        visit.machine().uuid,\n        description,",
                '        visit.call.params["uuid"],\n        description,',
            ),
        ),
    ),
    Lie(
        "refused-revert-uses-a-number",
        "state changed by a refusal",
        "A revert to a snapshot that does not exist uses up the number of the next one",
        WORLD,
        "        target = self.snapshot(user, vm, number)\n",
        "        if job is Job.REVERT and not self.inventory.has_snapshot(vm, number):\n"
        "            self.inventory._numbers[vm] = self.inventory._numbers.get(vm, 0) + 1\n"
        "        target = self.snapshot(user, vm, number)\n",
        (
            "several-snapshots",
            "reads-change-nothing",
            "snapshot-numbers-count-up",
            "refusals-change-nothing",
        ),
        ("vm-snapshot-get",),
    ),
    Lie(
        "three-wrong-passwords-lock",
        "state changed by a refusal",
        "After three wrong passwords the right one is refused too",
        SERVICE,
        "if tenancy and user and password is not None and _same(password, user.password):",
        'who = (tenancy and tenancy.name, user.username if user else "")\n'
        '        wrong = self.__dict__.setdefault("wrong", {})\n'
        '        good = user is not None and _same(password or "", user.password)\n'
        "        wrong[who] = wrong.get(who, 0) + (not good)\n"
        "        if tenancy and user and good and wrong[who] < 3:",
        (
            "log-in-refused",
            "log-in",
            "login-gives-a-token",
            "refusals-change-nothing",
        ),
        ("token-request",),
    ),
    Lie(
        "refused-deletion-updates",
        "state changed by a refusal",
        "A deletion that is forbidden takes the description of the request away",
        SNAPSHOT,
        '    """Accept a request to delete a snapshot at once."""\n',
        '    """Accept a request to delete a snapshot at once."""\n'
        "    held, made = visit.world.inventory, visit.world._snapshots\n"
        '    uuid, number = visit.call.params["uuid"], visit.call.params["id"]\n'
        "    number = int(number) if number.isascii() and number.isdecimal() else 0\n"
        "    if held.has_snapshot(uuid, number):\n"
        "        id = held.snapshot(uuid, number).request\n"
        '        made[id] = made[id]._replace(description="?")\n',
        ("reads-change-nothing", "refusals-change-nothing"),
        ("request-snapshot-get", "vm-snapshot-delete"),
    ),
)
