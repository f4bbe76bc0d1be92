"""Lies about who may: logins and tokens."""

from tests.mutants.lie import DIALECT, SERVICE, USER, Edit, Lie

LOGIN = ("token-request",)
WANTED = "if tenancy and user and password is not None and _same(password, user.password):"

LIES = (
    Lie(
        "life-of-12-hours",
        "login",
        "A token lives 12 hours, and says so",
        DIALECT,
        "TOKEN_LIFE_HOURS = 24",
        "TOKEN_LIFE_HOURS = 12",
        (
            "log-in",
            "token-expires",
            "login-gives-a-token",
        ),
        LOGIN,
    ),
    Lie(
        "a-second-more",
        "login",
        "A token opens the API for a second longer than it says",
        USER,
        "life = TOKEN_LIFE_HOURS * 3600",
        "life = TOKEN_LIFE_HOURS * 3600 + 1",
        (
            "token-expires",
            "token-lives-a-day",
        ),
        ("user-get",),
    ),
    Lie(
        "a-second-less",
        "login",
        "A token opens the API for a second less than it says",
        SERVICE,
        "tenancy.world.now // SECOND >= expires:",
        "tenancy.world.now // SECOND >= expires - 1:",
        (
            "token-expires",
            "token-lives-a-day",
        ),
        ("user-get",),
    ),
    Lie(
        "expired-token-good-as-basic",
        "login",
        "A token never expires for who sends it as the name of Basic",
        SERVICE,
        "                return issued\n",
        '                basic = call.authorization[0].lower().startswith("basic")\n'
        "                return (*issued[:2], None) if basic else issued\n",
        (
            "token-expires",
            "token-lives-a-day",
            "token-opens-both-ways",
            "a-token-is-also-a-username",
        ),
        ("user-get",),
    ),
    Lie(
        "second-login-ends-first",
        "login",
        "A second login ends the token of the first",
        USER,
        "    return visit.reply(200, visit.dialect.token(token, user))\n",
        '    latest = visit.house.__dict__.setdefault("latest", {})\n'
        "    latest[tenancy.name, user.username] = token\n"
        "    return visit.reply(200, visit.dialect.token(token, user))\n",
        (
            "token-expires",
            "log-in",
            "login-gives-a-token",
            "token-lives-a-day",
        ),
        ("user-get",),
        (),
        (
            Edit(
                SERVICE,
                "            if issued is not None:\n",
                '            latest = self.__dict__.get("latest", {})\n'
                "            who = issued and (issued[0].name, issued[1].username)\n"
                "            if issued and latest.get(who) == token:\n",
            ),
        ),
    ),
    Lie(
        "password-in-any-case",
        "login",
        "A password is as good in capitals",
        SERVICE,
        WANTED,
        WANTED.replace("(password, user.password)", "(password.lower(), user.password.lower())"),
        (
            "log-in-refused",
            "login-refuses-what-is-wrong",
        ),
        LOGIN,
    ),
    Lie(
        "beginning-of-a-password",
        "login",
        "A password may be followed by anything",
        SERVICE,
        WANTED,
        WANTED.replace("_same(password, user.password)", "password.startswith(user.password)"),
        (
            "log-in-refused",
            "login-refuses-what-is-wrong",
        ),
        LOGIN,
    ),
    Lie(
        "password-beside-token",
        "login",
        "A token as the name of Basic is good with any password",
        SERVICE,
        "        if not password:\n",
        "        if password is not call.client:\n",
        (
            "not-logged-in",
            "nothing-without-a-token",
            "nobody-sees-anything",
        ),
        ("user-get",),
    ),
    Lie(
        "token-as-basic-refused",
        "login",
        "A token as the name of Basic is refused",
        SERVICE,
        "        if not password:\n",
        "        if password is None:\n",
        (
            "log-in",
            "odd-but-usual",
            "token-opens-both-ways",
            "a-token-is-also-a-username",
        ),
        ("user-get",),
    ),
    Lie(
        "forged-token-good",
        "login",
        "A token is believed whoever signed it",
        SERVICE,
        "            if not tokens.is_signed(token, tenancy.world.seed, tenancy.name):\n",
        "            if not token:\n",
        (
            "log-in",
            "not-logged-in",
            "nothing-without-a-token",
            "nobody-sees-anything",
        ),
        ("user-get",),
    ),
    Lie(
        "token-of-the-first-user",
        "login",
        "Whoever logs in gets a token of the first user",
        USER,
        "user.username, tenancy.world.now, life)",
        "next(iter(tenancy.world.users)), tenancy.world.now, life)",
        (
            "log-in-as-others",
            "log-in",
            "what-a-user-may-not-see",
            "login-gives-a-token",
            "two-users-of-one-machine",
        ),
        LOGIN,
    ),
    Lie(
        "login-refused-by-another-word",
        "login",
        "A refused login is called unauthorized, not an authentication error",
        SERVICE,
        'headers=CHALLENGE, error="authentication error")',
        "headers=CHALLENGE)",
        (
            "log-in-refused",
            "login-refuses-what-is-wrong",
        ),
        LOGIN,
    ),
    Lie(
        "login-refused-by-another-sentence",
        "login",
        "A refused login says whether it was the name or the password",
        SERVICE,
        '        message = "Invalid username or password"\n',
        '        message = "Invalid password" if user else "Invalid username"\n',
        (
            "log-in-refused",
            "login-refuses-what-is-wrong",
        ),
        LOGIN,
    ),
    Lie(
        "login-as-full-name",
        "login",
        "A token says the full name of its user",
        DIALECT,
        '"token": token, "user": user.username}',
        '"token": token, "user": user.full_name}',
        (
            "log-in",
            "answer-token-request",
            "login-gives-a-token",
        ),
        LOGIN,
    ),
)
