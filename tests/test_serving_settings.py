"""Settings."""

import pytest

from serving.settings import Settings, is_loopback


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [("API_KEYS", " first,,two "), ("PORT", "81"), ("LOG_LEVEL", "WARNING"), ("MAX_CHARS", "")]:
        monkeypatch.setenv(f"ISNAD_{name}", value)
    settings = Settings()
    assert [key.get_secret_value() for key in settings.api_keys] == ["first", "two"]
    assert (settings.port, settings.log_level, settings.max_chars) == (81, "warning", 200_000)
    assert "first" not in repr(settings)


def test_it_is_exposed_only_beyond_loopback_and_without_keys() -> None:
    assert not Settings().exposed
    assert Settings(host="0.0.0.0").exposed
    assert not Settings.model_validate({"host": "0.0.0.0", "api_keys": "one"}).exposed
    assert Settings.model_validate({"host": "0.0.0.0", "api_keys": " , "}).exposed


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "localhost.example.org", ""])
def test_beyond_loopback(host: str) -> None:
    assert not is_loopback(host)
