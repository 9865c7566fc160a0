"""Where the results of a self-assessment are read."""

from surveys.assessment.permissions import VIEW
from surveys.assessment.results import decide
from surveys.questionnaires.choices import Use
from surveys.questionnaires.panels import RESULT_PAGES, ResultPage

RESULT_PAGES.register(
    ResultPage(code=Use.ASSESSMENT, url_name="assessment:results", permission=VIEW, decide=decide)
)
