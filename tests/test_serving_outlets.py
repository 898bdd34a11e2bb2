from labels import Span
from serving.decode import Found
from serving.outlets import outlets


def located(text: str, *labelled: tuple[str, str]) -> list[Found]:
    """Each surface where it stands first behind the one before, with its label."""
    found, at = [], 0
    for label, surface in labelled:
        at = text.index(surface, at)
        found.append(Found(Span(at, at := at + len(surface)), 0, 0, label, 0.9))
    return found


def labels(text: str, *labelled: tuple[str, str]) -> list[str]:
    return [one.label for one in outlets(text, located(text, *labelled))]


def test_whom_a_correspondent_works_for_is_an_outlet() -> None:
    assert labels("قال مراسل قاسيون في حلب", ("ARMED", "قاسيون"), ("GPE", "حلب")) == ["MEDIA", "GPE"]
    assert labels("ونقل لمراسلة «اليوم» قوله", ("ORG", "اليوم")) == ["MEDIA"]
    assert labels("قال المراسل قاسم", ("PER", "قاسم")) == ["PER"]
    assert labels("مراسلات الجيش السوري", ("ARMED", "الجيش السوري")) == ["ARMED"]


def test_who_is_called_an_outlet_elsewhere_is_no_person() -> None:
    text = "كتبت صحيفة الجارديان أن الجارديان زارت سوريا وتلفزيون سوريا"
    given = [("MEDIA", "صحيفة الجارديان"), ("PER", "الجارديان"), ("GPE", "سوريا"), ("MEDIA", "تلفزيون سوريا")]
    assert labels(text, *given) == ["MEDIA", "MEDIA", "GPE", "MEDIA"]


def test_what_holds_or_stands_in_another_stays_as_it_is() -> None:
    text = "قال مراسل حلب اليوم"
    whole, inner = Span(10, 19), Span(10, 13)
    found = [Found(whole, 2, 4, "ORG", 0.9), Found(inner, 2, 3, "GPE", 0.9)]
    assert outlets(text, found) == found
