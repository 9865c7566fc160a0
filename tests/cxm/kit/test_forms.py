"""Forms: classes, native inputs, errors that are found and read aloud."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.utils import translation


class Sample(forms.Form):
    """One field of each kind that looks different."""

    name = forms.CharField(label="Name", help_text="As customers say.")
    phase = forms.ChoiceField(label="Phase", choices=[("a", "A"), ("b", "B")])
    channels = forms.MultipleChoiceField(
        label="Channels",
        choices=[("w", "Web"), ("s", "Shop")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    due = forms.DateField(label="Due", required=False)
    begins = forms.DateTimeField(label="Begins", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    key = forms.BooleanField(label="Key", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_inputs_carry_the_classes_of_the_kit() -> None:
    form = Sample()
    assert 'class="form-control"' in str(form["name"])
    assert 'class="form-select"' in str(form["phase"])
    assert 'class="form-check-input"' in str(form["key"])
    assert str(form["channels"]).count('class="form-check-input"') == 2
    assert "class" not in str(form["secret"])


def test_a_class_given_by_the_form_stays() -> None:
    class Given(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "text-code"}))

    assert 'class="text-code form-control"' in str(Given()["code"])


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_date_is_native_and_iso_in_every_language(language: str) -> None:
    with translation.override(language):
        form = Sample(initial={"due": dt.date(2026, 11, 5), "begins": dt.datetime(2026, 11, 5, 8, 30)})
        assert 'type="date"' in str(form["due"])
        assert 'value="2026-11-05"' in str(form["due"])
        assert 'type="datetime-local"' in str(form["begins"])
        assert 'value="2026-11-05T08:30"' in str(form["begins"])


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_a_native_date_sends_is_understood(language: str) -> None:
    with translation.override(language):
        form = Sample({"name": "x", "phase": "a", "due": "2026-11-05", "begins": "2026-11-05T08:30"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["due"] == dt.date(2026, 11, 5)
        assert form.cleaned_data["begins"].strftime("%d.%m.%Y %H:%M") == "05.11.2026 08:30"


def test_a_wrong_field_names_its_error_for_readers() -> None:
    html = Sample({"name": "", "phase": "a"})["name"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert "is-invalid" in html


def test_the_summary_links_to_the_wrong_fields() -> None:
    html = str(Sample({"channels": "nonsense"}))
    assert '<a href="#id_name">Name</a>' in html
    assert '<a href="#id_phase">Phase</a>' in html
    assert '<a href="#id_channels_0">Channels</a>' in html
    assert 'id="id_channels_0"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(Sample())


def test_what_may_stay_empty_says_so() -> None:
    with translation.override("en"):
        assert "(optional)" in Sample()["due"].as_field_group()
        assert "(optional)" not in Sample()["name"].as_field_group()


def test_a_long_text_starts_with_four_rows() -> None:
    assert 'rows="4"' in str(Sample()["note"])


def test_a_placeholder_that_repeats_the_label_is_dropped() -> None:
    def field(placeholder: str) -> Any:
        class Held(forms.Form):
            mail = forms.CharField(label="E-mail", widget=forms.TextInput(attrs={"placeholder": placeholder}))

        return str(Held()["mail"])

    assert "placeholder" not in field("E-mail")
    assert 'placeholder="name@company.example"' in field("name@company.example")


def test_markup_in_labels_and_errors_is_escaped() -> None:
    class Nasty(forms.Form):
        field = forms.CharField(label="<b>x</b>")

        def clean_field(self) -> str:
            raise forms.ValidationError("<script>alert(1)</script>")

    html = Nasty({"field": '"><img src=x>'})["field"].as_field_group()
    assert "<b>" not in html
    assert "<script>" not in html
    assert "<img" not in html
