"""A version as a file, and a new questionnaire out of one."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cxm.kit.access import requires
from cxm.kit.forms import at_most
from cxm.kit.http import CxmRequest, go_to, toast
from surveys.questionnaires.actions.versions import create_questionnaire
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.forms import add_errors, free_code
from surveys.questionnaires.models import Questionnaire, Version
from surveys.questionnaires.permissions import MANAGE, VIEW
from surveys.questionnaires.reading import LARGEST_FILE, UnreadableError, faults, parsed
from surveys.questionnaires.sheet import sheet_of
from surveys.questionnaires.views.listing import FOLDER, help_url

MOST_FAULTS = 50  # that are shown at once


class FileForm(forms.Form):
    """The file, and how the new questionnaire is called."""

    file = forms.FileField(
        label=gettext_lazy("File (JSON)"), widget=forms.FileInput(at_most(LARGEST_FILE) | {"accept": ".json"})
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, required=False,
        help_text=gettext_lazy("Empty: the name that stands in the file."),
    )  # fmt: skip
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, required=False,
        help_text=gettext_lazy("Empty: the code that stands in the file, with a number if it is taken."),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Nobody else has it."""
        code: str = self.cleaned_data["code"]
        if code and Questionnaire.objects.filter(code=code).exists():
            raise ValidationError(_("Another questionnaire has this code. Please choose another one."))
        return code


@require_GET
@requires(VIEW)
def file(request: CxmRequest, pk: int) -> HttpResponse:
    """A version as JSON, as `read_file` takes it."""
    seen = Questionnaire.objects.visible_to(request.user)
    version = get_object_or_404(
        Version.objects.select_related("questionnaire").filter(questionnaire__in=seen), pk=pk
    )
    of = version.questionnaire
    content = {"code": of.code, "name": of.name, "use": of.use, "min_cell": of.min_cell}
    content |= sheet_of(version).as_content()
    name = f"{slugify(of.code) or 'questionnaire'}-v{version.number}.json"
    return HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def read_file(request: CxmRequest) -> HttpResponse:
    """A new questionnaire with a draft that says what the file says."""
    form = FileForm(request.POST or None, request.FILES or None)
    wrong: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            content = parsed(form.cleaned_data["file"].read())
            wrong = faults(content)
            if wrong:
                raise UnreadableError(_("The file is not taken over yet: see below what to mend in it."))
            version = brought(request, content, form.cleaned_data)
        except UnreadableError as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("The questionnaire is here, as a draft."))
            return go_to(request, reverse("questionnaires:edit", args=[version.pk]))
    context = {
        "form": form,
        "faults": wrong[:MOST_FAULTS],
        "more": len(wrong[MOST_FAULTS:]),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/file.html", context, status=422 if request.method == "POST" else 200)


def brought(request: CxmRequest, content: dict[str, Any], given: dict[str, Any]) -> Version:
    """The questionnaire of a file that was checked."""
    name = given["name"] or content.get("name") or given["file"].name.rsplit(".", 1)[0][:150]
    code = given["code"] or content.get("code", "")
    if not given["code"]:
        code = (
            code if code and not Questionnaire.objects.filter(code=code).exists() else free_code(code or name)
        )
    return create_questionnaire(
        code=code, name=name, use=Use(content.get("use", Use.CUSTOMER)),
        identity=Identity(content.get("identity", Identity.CONFIDENTIAL)),
        languages=content.get("languages", ["de", "en"]), min_cell=content.get("min_cell", 5),
        pass_mark=content.get("pass_mark"), content=content, actor=request.user,
    )  # fmt: skip
