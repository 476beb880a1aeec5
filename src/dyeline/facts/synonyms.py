"""Words that reports use for one another: a sheet that says ``raid`` is met by ``swoop``.

Rings are small and hold only words that change neither role nor direction; what a sheet's author
means beyond them belongs into its relation cell.
"""

from __future__ import annotations

from typing import Final

RINGS: Final = (
    "raid search swoop inspect inspection sweep",
    "arrest detain detention custody",
    "fine penalty sanction",
    "pay paid cough",
    "reduce reduction cut lower slash discount trim",
    "rise increase climb jump surge soar higher dearer expensive hike",
    "fall drop decrease decline slump sink cheaper",
    "begin start commence launch",
    "end finish conclude expire",
    "meet meeting gather gathering talks",
    "announce announcement unveil publish reveal disclose",
    "appeal challenge contest",
    "farmer farm grower",
    "employee worker staff",
    "site premises location address",
    "building house office",
    "document file paper record",
    "officer official inspector agent investigator",
    "kill dead die death",
    "injure wound hurt",
    "buy acquire purchase acquisition takeover",
    "dismiss sack redundancy layoff",
    "whistleblower informant informer",
    "warehouse depot store storehouse",
    "prison jail",
    "court tribunal",
    "trial hearing",
    "adviser advisor consultant consultancy",
    "seize confiscate",
    "resign quit",
    "delay postpone defer",
    "ban prohibit forbid",
    "vote ballot",
    "firm company business",
    "total overall altogether combined sum",
)
"""Each ring is words with one meaning in a report."""
