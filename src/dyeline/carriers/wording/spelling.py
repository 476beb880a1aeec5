"""Words that British and American English spell differently and that mean the same in both."""

from __future__ import annotations

_VERBS_IN_ISE = (
    "apologi* authori* capitali* categori* centrali* characteri* commerciali* computeri*"
    " critici* crystalli* customi* decentrali* digiti*"
    " economi* emphasi* equali* familiari* fertili* finali* formali* generali* globali*"
    " harmoni* hospitali* immuni* initiali* jeopardi* legali*"
    " liberali* locali* materiali* maximi* mechani* memori* minimi* mobili* moderni*"
    " monopoli* nationali* neutrali* normali* optimi* organi*"
    " patroni* penali* personali* polari* populari* prioriti* privati* publici*"
    " rationali* reali* recogni* reorgani* revitali* scrutini* sensiti*"
    " seriali* sociali* speciali* stabili* standardi* sterili* subsidi* summari* symboli*"
    " sympathi* synchroni* terrori* theori*"
    " urbani* utili* vandali* visuali*"
)
_NOUNS_IN_ISATION = (
    "authori* categori* centrali* characteri* customi* digiti* generali* globali*"
    " harmoni* hospitali* immuni* initiali* liberali* locali*"
    " mobili* moderni* nationali* normali* optimi* organi* privati* reali* reorgani*"
    " speciali* stabili* standardi* synchroni* urbani*"
    " utili* visuali*"
)
_PATTERNS = (
    # British letters, American letters, stems with "*" where they stand, endings separated by "|"
    ("our", "or", "col* fav* hon* lab* flav* harb* endeav* vap* arm*", "|s|ed|ing"),
    ("our", "or", "neighb* behavi* hum* rum* splend* vig* od* tum* glam* cand* ferv*", "|s"),
    ("our", "or", "neighb*", "ing|hood|hoods"),
    ("our", "or", "col* hum*", "less"),
    ("our", "or", "fav* hon*", "able|ably"),
    ("our", "or", "fav*", "ite|ites"),
    ("our", "or", "behavi*", "al"),
    ("our", "or", "col*", "ful"),
    ("s", "z", _VERBS_IN_ISE, "e|es|ed|ing"),
    ("s", "z", _NOUNS_IN_ISATION, "ation|ations"),
    ("s", "z", "organi*", "er|ers"),
    ("ys", "yz", "anal* paral* catal*", "e|ed|ing"),
    ("tre", "ter", "cen* thea* li* kilome* centime* millime* spec*", "|s"),
    ("bre", "ber", "fi* cali* som* sa*", "|s"),
    ("ll", "l", "trave* cance* labe* mode* signa* leve* fue* tota* counse* marve* quarre* riva* pane*"
" channe* tunne* initia* equa* dia* unrave*", "ed|ing"),
    ("ll", "l", "trave* jewe*", "er|ers"),
    ("lment", "llment", "fulfi* enro* insta*", "|s"),
    ("ence", "ense", "def* off* pret*", "|s"),
    ("ae", "e", "p*diatric an*sthetic h*morrhage encyclop*dia orthop*dic leuk*mia gyn*cology", ""),
    ("oe", "e", "f*tus man*uvre diarrh*a *strogen", ""),
    ("ould", "old", "m*", "ed|ing|y"),
    ("ould", "old", "sm*er", "|s|ed|ing"),
    ("sc", "sk", "*eptic *eptical *epticism", ""),
    ("lful", "llful", "ski* wi*", "|ly"),
)  # fmt: skip
_SINGLE = (
    "grey/gray ageing/aging jewellery/jewelry plough/plow ploughed/plowed pyjamas/pajamas"
    " aluminium/aluminum cosy/cozy sulphur/sulfur"
    " aeroplane/airplane aeroplanes/airplanes moustache/mustache fulfil/fulfill"
    " fulfils/fulfills enrol/enroll enrols/enrolls woollen/woolen"
    " marvellous/marvelous artefact/artifact artefacts/artifacts chequered/checkered"
    " dishonour/dishonor greyish/grayish unauthorised/unauthorized"
    " unrecognised/unrecognized disorganised/disorganized manoeuvre/maneuver manoeuvres/maneuvers"
)


def _pairs() -> dict[str, str]:
    """Return the American spelling of every British one."""
    pairs: dict[str, str] = {}
    for british, american, stems, endings in _PATTERNS:
        for stem in stems.split():
            for ending in endings.split("|"):
                pairs[stem.replace("*", british) + ending] = stem.replace("*", american) + ending
    for pair in _SINGLE.split():
        british, american = pair.split("/")
        pairs[british] = american
    return pairs


AMERICAN_OF = _pairs()
BRITISH_OF = {american: british for british, american in AMERICAN_OF.items()}
