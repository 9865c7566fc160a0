"""The rows of the list of touchpoints as a template would write them that formats each value itself."""

from typing import Any

from django.template import engines

NAIVE = """
{% load l10n %}{% for t in rows %}{% if not forloop.first %}
{% endif %}<tr data-row="{{ t.pk|unlocalize }}">
<td class="col-select"><label><input class="form-check-input" type="checkbox" name="ids" value="{{ t.pk|unlocalize }}"
 data-row-select
 aria-label="{% blocktranslate with name=t.name %}Select {{ name }}{% endblocktranslate %}"></label></td>
<td class="d-none d-sm-table-cell" data-label="{% translate "Code" %}">{{ t.code }}</td>
<th scope="row" class=""><a class="row-link" href="{% url "inventory:touchpoint" t.pk %}">{{ t.name }}</a></th>
<td class="" data-label="{% translate "Marks" %}">
{% if t.is_moment_of_truth or t.is_pain_point or t.is_best_practice %}<span class="flags">
{% if t.is_moment_of_truth %}{% translate "Moment of truth" as word %}{% icon "diamond" word %}{% endif %}
{% if t.is_pain_point %}{% translate "Pain point" as word %}{% icon "flame" word %}{% endif %}
{% if t.is_best_practice %}{% translate "Best practice" as word %}{% icon "star" word %}{% endif %}
</span>{% endif %}</td>
<td class="" data-label="{% translate "Phase" %}">{{ t.phase.name|default:"–" }}</td>
<td class="" data-label="{% translate "Channel" %}">{{ t.channel.name|default:"–" }}</td>
<td class="" data-label="{% translate "Accountable" %}">
{% if t.owner and t.owner.is_present %}{{ t.owner.name }}
{% elif t.is_archived or t.status == "planned" or t.status == "shut_down" %}{{ t.owner.name|default:"–" }}
{% else %}<span class="light light-bad">{% icon "user-x" %}
{% if t.owner %}{% blocktranslate with name=t.owner.name %}{{ name }} (has left){% endblocktranslate %}
{% else %}{% translate "nobody" %}{% endif %}</span>{% endif %}</td>
<td class="" data-label="{% translate "Maturity" %}">{{ t.get_maturity_display }}</td>
<td class="num d-none d-sm-table-cell" data-label="{% translate "Complete" %}">
<span class="completeness"><progress class="bar bar-thin" max="100" value="{{ t.completeness }}" aria-hidden="true">
</progress>{{ t.completeness|floatformat:0 }}\N{NO-BREAK SPACE}%</span></td>
<td class="" data-label="{% translate "Next review" %}">
{% if t.status == "shut_down" or not t.is_review_due %}{{ t.next_review_on|date:"d.m.Y" }}
{% else %}<span class="light light-watch">{% translate "overdue" as word %}{% icon "clock-exclamation" word %}
{{ t.next_review_on|date:"d.m.Y" }}</span>{% endif %}</td></tr>{% endfor %}"""
BETWEEN_ROWS = "{% if not forloop.first %}\n{% endif %}"


def naive_rows() -> Any:
    """The template; its own line breaks, made for reading, are not part of it."""
    head, row = NAIVE.split(BETWEEN_ROWS)
    source = BETWEEN_ROWS.join(
        part.replace("\n<", "<").replace("\n{", "{").replace("\n ", " ") for part in (head, row)
    )
    return engines["django"].from_string(source)
