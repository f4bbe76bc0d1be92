"""The page heard, not seen: everything has a name, and says what it is."""



from tests.page import audit
from tests.page.opened import Opened
from tests.page.visiting import visit


def test_whatever_is_shown_has_a_name_and_is_what_it_says(opened: Opened) -> None:
    wrong = {state: found for state in visit(opened) if (found := audit.structure(opened.page))}
    assert wrong == {}
