"""The table of phrase pairs, and the guards that keep each to contexts where both members fit.

A pair is left out rather than guarded halfway. Guards look at what stands outside of the phrase and
therefore hold for both members alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Two phrases, and where they may replace each other.

    ``one_way``: only ``one`` may be replaced, because ``other`` has further meanings. ``initial``: only
    where a sentence opens; ``inside``: never there. ``verb``: only behind what a plain verb follows
    (a subject pronoun, an auxiliary, "to", a sentence start). ``ends``: only before punctuation.
    ``before``, ``not_before``, ``after``, ``not_after``: alternatives (regular expressions of whole
    words) that must or must not be the neighbour; DET stands for a determiner, ^ for a sentence start.
    ``informal``: only in documents of that style.
    """

    one: str
    other: str
    one_way: bool = False
    initial: bool = False
    inside: bool = False
    verb: bool = False
    ends: bool = False
    before: str = ""
    not_before: str = ""
    after: str = ""
    not_after: str = ""
    informal: bool = False
    cls: str = "phrase"


def _forms(
    one: str, other: str, *, one_way: bool = False, after: str = "", not_after: str = "", informal: bool = False
) -> tuple[Pair, ...]:
    """Return pairs for the five forms of two verbs: base, third person, past, participle, -ing.

    The base is only taken behind what a plain verb follows; an unlike past and participle keep the past apart
    from the perfect by the auxiliary in front.
    """
    a, b = (forms.split("/") for forms in (one, other))
    has = "has|have|had|been|be|is|are|was|were|being|get|gets|got|having|n't|n’t|not|already|just|also|recently|never"
    same = a[2] == a[3] and b[2] == b[3]
    nouns = "the|a|an|this|that|any|no|of|our|your|their|his|her|its|in|for|with|and|new|first|last|early|many|several|some|other"
    pairs = [
        Pair(a[0], b[0], one_way, verb=True, after=after, not_after=not_after, informal=informal),
        Pair(a[1], b[1], one_way, not_before=nouns, after=after, not_after=not_after, informal=informal),
        Pair(a[2], b[2], one_way, not_before="" if same else has, after=after, not_after=not_after, informal=informal),
        Pair(a[4], b[4], one_way, after=after, not_after=not_after, informal=informal),
    ]
    if not same:
        pairs.append(Pair(a[3], b[3], one_way, before="has|have|had|been", after=after, not_after=not_after, informal=informal))
    return tuple(pair for pair in pairs if pair.one)


_BE = "is|are|was|were|be|been|being|isn't|aren't|isn’t|aren’t|'s|it's|it’s"
_CLAUSE = r"we|they|you|he|she|it|I|there|the|this|these|those|our|your|their|his|her|its|a|an|some|many|most|all|no|each|every|people|everyone"
_PLURAL = r"(?:[a-z]+ )?[a-z]+[^s\W]s"
_PERSON = "us|you|them|him|her|me|people|everyone"

_TIME_AND_ORDER = (
    Pair("prior to", "before", one_way=True, not_before="months|weeks|days|years|hours|minutes"),
    Pair("subsequent to", "after", one_way=True),
    Pair("subsequently", "later", one_way=True, inside=True),
    Pair("afterwards", "afterward"),
    Pair("in advance", "beforehand", not_before="thanks|you", not_after="of"),
    Pair("at the moment", "at present", not_after="of|when|that|the|it|we|you|they|he|she|I|in"),
    Pair("at the present time", "at present", one_way=True),
    Pair("at this point in time", "at this point", one_way=True),
    Pair("until such time as", "until", one_way=True),
    Pair("up until", "until", one_way=True, not_before="right"),
    Pair("until now", "up to now", not_before="up"),
    Pair("to date", "so far", one_way=True, ends=True, not_before="up|out|back|brought|need|want|hope|used|comes?|goes"),
    Pair("thus far", "so far", one_way=True),
    Pair("during the course of", "during", one_way=True),
    Pair("in the course of", "during", one_way=True, not_after="time|[a-z]+ing"),
    Pair("the beginning of", "the start of", not_after="wisdom"),
    Pair("from the beginning", "from the start", not_after="of"),
    Pair("the end result", "the final result", one_way=True),
    Pair("in the meantime,", "meanwhile,", initial=True),
    Pair("in the near future", "soon", one_way=True, ends=True, not_before="and|or|later"),
    Pair("these days", "nowadays", not_before="on|in|of|during|for|all|both|between|over|and|until", ends=True),
    Pair("these days,", "nowadays,", initial=True),
    Pair("on a regular basis", "regularly", one_way=True),
    Pair("on a daily basis", "every day", one_way=True, ends=True),
    Pair("on a weekly basis", "every week", one_way=True, ends=True),
    Pair("on a monthly basis", "every month", one_way=True, ends=True),
    Pair("from time to time", "every now and then"),
    Pair("at times", "sometimes", one_way=True, not_after="when|of|that|like|to|the|in", not_before="several|many|different|other|difficult"),
    Pair("sometimes", "occasionally", not_after="called|known|referred|even|but"),
    Pair("seldom", "rarely"),
    Pair("frequently", "often", not_after="asked|enough", not_before="less|more|most|as|so|too|very"),
    Pair("usually", "normally", not_before="as|than|behaves?|works?|work|functions?"),
    Pair("in the long term", "in the long run"),
    Pair("once more", "once again"),
    Pair("from now on", "from this point on"),
    Pair("for the time being", "for now", ends=True),
    Pair("later on", "later", one_way=True, ends=True),
    Pair("at the outset", "at the start", one_way=True),
    Pair("all year round", "throughout the year"),
    Pair("no later than", "not later than"),
    Pair("no earlier than", "not earlier than"),
    Pair("on or before", "no later than", one_way=True, after=r"\d+|[A-Z]\w+"),
    Pair("without delay", "immediately", one_way=True, ends=True),
    Pair("at once", "immediately", ends=True, not_before="all|only|than|and|not"),
    Pair("one by one", "one at a time", not_before="the"),
    Pair("straight away", "right away"),
    Pair("whenever", "every time", after="we|they|you|he|she|it|I|there|someone|somebody|anyone"),
    Pair("at noon", "at midday"),
    Pair("per day", "a day", before=r"once|twice|times|hours|\d+|meals|people|visitors|euros|pounds|dollars|cents|minutes"),
    Pair("per week", "a week", before=r"once|twice|times|hours|days|evenings|\d+|people|visitors|euros|pounds|dollars|minutes"),
    Pair("per month", "a month", before=r"once|twice|times|hours|days|\d+|people|visitors|euros|pounds|dollars"),
    Pair("per year", "a year", before=r"once|twice|times|hours|days|weeks|\d+|people|visitors|euros|pounds|dollars"),
    Pair("per annum", "a year", one_way=True),
    *(
        Pair(f"every {unit}", f"each {unit}", not_before="almost|nearly|not|virtually|practically|about|of|in|and", not_after="of")
        for unit in "day week month year morning evening afternoon night summer winter spring autumn weekend term season".split()
    ),
    Pair("over the past", "during the past"),
    Pair("over the last", "during the last", not_after="of"),
    Pair("over the next", "during the next"),
    Pair("over the coming", "during the coming"),
    Pair("over the summer", "during the summer"),
    Pair("over the winter", "during the winter"),
    Pair("over the weekend", "during the weekend"),
    Pair("over the holidays", "during the holidays"),
    Pair("within the next", "in the next", one_way=True, after=r"(?:few|two|three|four|five|six|\d+)"),
    Pair("first of all,", "first,", initial=True),
    Pair("firstly,", "first,", initial=True, one_way=True),
    Pair("secondly,", "second,", initial=True, one_way=True),
    Pair("thirdly,", "third,", initial=True, one_way=True),
    Pair("lastly,", "finally,", initial=True, one_way=True),
    Pair("to begin with,", "to start with,"),
    Pair("initially,", "at first,", initial=True),
    Pair("at first glance", "at first sight", not_before="love"),
)

_LINKS = (
    Pair("for example", "for instance", not_before="see|this|that"),
    Pair("in spite of", "despite"),
    Pair("due to the fact that", "because", one_way=True, not_before=_BE),
    Pair("owing to the fact that", "because", one_way=True, not_before=_BE),
    Pair("in view of the fact that", "since", one_way=True),
    Pair("despite the fact that", "although", one_way=True),
    Pair("in spite of the fact that", "although", one_way=True),
    Pair("due to", "because of", one_way=True, after="the|a|an|its|their|his|her|our|this|these|bad|heavy|lack|high|low|poor|rising|limited|changes",
         not_before=rf"{_BE}|mainly|largely|partly|primarily|and|or|also|not|usually|probably|money|amounts?|payments?|problems?|errors?|delays?|failures?"),
    Pair("owing to", "because of", not_before=rf"{_BE}|not|just|only|simply|all|part|partly|mainly|perhaps|and|or|also|merely|largely|precisely"),
    Pair("on account of", "because of", one_way=True),
    Pair("although", "though", after=_CLAUSE, not_before="even|as"),
    Pair("even though", "although", one_way=True, not_before="but|not"),
    Pair("whilst", "while", one_way=True),
    Pair("amongst", "among", one_way=True),
    Pair("toward", "towards"),
    Pair("whether or not", "whether", one_way=True,
         before="know|see|decide|determine|check|tell|ask|consider|of|find out|question|indicates?|specif(?:y|ies)|verify|tells|decides|on"),
    Pair("as to whether", "whether", one_way=True, not_before="so|such|question|doubt|doubts|questions|decision"),
    Pair("in addition,", "additionally,", initial=True),
    Pair("furthermore,", "moreover,", initial=True),
    Pair("therefore", "thus", not_after=r"far|\w+ing", not_before=r"\w+ing|and"),
    Pair("consequently,", "as a result,", initial=True),
    Pair("as a consequence,", "as a result,"),
    Pair("as a consequence of", "as a result of"),
    Pair("in contrast,", "by contrast,"),
    Pair("nevertheless", "nonetheless"),
    Pair("that said,", "having said that,", initial=True),
    Pair("in other words,", "put another way,", initial=True),
    Pair("in summary,", "to sum up,", initial=True),
    Pair("in conclusion,", "to conclude,", initial=True),
    Pair("as a matter of fact", "in fact", one_way=True),
    Pair("in any case,", "in any event,"),
    Pair("for this reason,", "for that reason,", initial=True),
    Pair("in the same way,", "similarly,", initial=True, one_way=True),
    Pair("similarly,", "likewise,", initial=True),
    Pair("in general,", "generally,", initial=True),
    Pair("by and large,", "on the whole,"),
    Pair("ultimately,", "in the end,", initial=True),
    Pair("unfortunately,", "regrettably,", one_way=True, initial=True),
    Pair("most importantly,", "above all,", initial=True),
    Pair("obviously,", "clearly,", initial=True),
    Pair("in many cases,", "often,", initial=True, one_way=True),
    Pair("in most cases,", "usually,", initial=True, one_way=True),
    Pair("in some cases,", "sometimes,", initial=True, one_way=True),
    Pair("provided that", "as long as", one_way=True, after=_CLAUSE, not_before="have|has|had|be|is|was"),
    Pair("so long as", "as long as", after=_CLAUSE),
    Pair("in order that", "so that", one_way=True),
    Pair("so that", "so", after="(?:we|you|they|it|everyone|everybody|I|he|she|people) (?:can|could|will|would|may|might|do|don't|don’t)",
         not_before=r"is|are|was|were|just|enough|if|even|and|or|think|not|do|did|does|hope"),
    Pair("in the event that", "if", one_way=True, not_before="only"),
    Pair("in the event of", "in case of", not_after=r"the"),
    Pair("as if", "as though", not_before="not|and"),
    Pair("rather than", "instead of", after=r"[a-z]{2,}ing", not_before="other|or"),
    Pair("in place of", "instead of", one_way=True, not_before="put|stand|stands|used"),
    Pair("together with", "along with", not_before="get|gets|got|getting|go|goes|going|went|come|comes|put|linked|bring|brings|closely|work|works|working"),
    Pair("in conjunction with", "together with", one_way=True),
    Pair("regarding", "concerning", not_before=rf"{_BE}|very|most|more|deeply|particularly|as"),
    Pair("with regard to", "with respect to"),
    Pair("with regards to", "with regard to", one_way=True),
    Pair("in regard to", "with regard to", one_way=True),
    Pair("except for", "apart from", one_way=True),
    Pair("apart from", "aside from"),
    Pair("with the exception of", "except for", inside=True, one_way=True),
    Pair("by means of", "through", one_way=True, after="DET|[a-z]+"),
    Pair("for the purpose of", "for", one_way=True, after=r"[a-z]+ing"),
    Pair("with the help of", "with the aid of"),
    Pair("in line with", "in keeping with", not_before=_BE + "|wait|waiting|stand|standing|bring|brought|fall|stay|stand"),
    Pair("as mentioned", "as noted", after="above|earlier|before|in"),
    Pair("as well as", "in addition to", before=r"\w+,", after="DET"),
    Pair("not only", "not just", inside=True, not_after="do|does|did|is|are|was|were|has|have|had|that|can|will"),
    Pair("solely", "only", one_way=True),
    Pair("in the absence of", "without", one_way=True),
    Pair("in the vicinity of", "near", one_way=True),
    Pair("in close proximity to", "close to", one_way=True),
    Pair("if necessary", "if needed"),
    Pair("if required", "if needed", one_way=True, ends=True),
    Pair("as necessary", "as needed", not_before="be|are|is|considered|regarded|seen|was|were|just|deemed"),
    Pair("wherever possible", "where possible"),
    Pair("whenever possible", "when possible"),
    Pair("this means", "that means", initial=True),
    Pair("however,", "but", initial=True, informal=True, after=_CLAUSE),
    Pair("whereas", "while", one_way=True, inside=True),
    Pair("regardless of", "irrespective of"),
    Pair("whether", "if", one_way=True, not_after="or|to|not",
         before="see|sees|check|checks|checked|checking|ask|asks|asked|asking|know|knows|wonder|wonders|sure"),
    Pair("in which", "where", before="cases|situations|instances|circumstances|examples", after=_CLAUSE),
    Pair("on which", "when", one_way=True, before="date|day", after=_CLAUSE),
    Pair("at which", "when", one_way=True, before="time|moment", after=_CLAUSE),
    Pair("as a rule,", "in general,", initial=True, one_way=True),
    Pair("currently,", "at present,", initial=True),
    Pair("outside the scope of", "beyond the scope of"),
    Pair("on the grounds that", "because", one_way=True),
    Pair("with effect from", "from", one_way=True),
    Pair("until such time", "until", one_way=True, after="that"),
    Pair("in the light of", "in view of", not_after="day"),
    Pair("with the aim of", "with the goal of"),
    Pair("in accordance with", "in line with", one_way=True),
    Pair("in relation to", "with regard to", one_way=True),
    Pair("this is why", "that is why", initial=True),
    Pair("the reason why", "the reason", one_way=True, not_before="is|was|of"),
    Pair("the way in which", "the way", one_way=True),
    Pair("and so forth", "and so on"),
)

_AMOUNTS = (
    Pair("all of the", "all the", one_way=True),
    Pair("all of our", "all our"),
    Pair("all of your", "all your"),
    Pair("all of their", "all their"),
    Pair("all of these", "all these"),
    Pair("all of those", "all those", not_after="who|which|that"),
    Pair("both of the", "both the", one_way=True),
    Pair("both of these", "both these", after="[a-z]+s"),
    Pair("half of the", "half the", not_after="price|size|time|battle|way|number|cost|distance|amount|fun|story|problem|speed|rate|length|value|height"),
    Pair("numerous", "many", one_way=True, not_before=rf"{_BE}|the|its|so|too|more|very|as|most|are|how|their|his|her", after=_PLURAL),
    Pair("a number of", "several", not_before="such|quite|the|these|those|past|last|for|next|first|other|his|her|their|our|your|my|its|all|over|or|of|after|at",
         after=_PLURAL, not_after="times|years|days|weeks|months|hours|minutes|hundreds|thousands|others"),
    Pair("a large number of", "many", one_way=True),
    Pair("a great number of", "many", one_way=True),
    Pair("a wide variety of", "a wide range of"),
    Pair("a variety of", "a range of", after=_PLURAL),
    Pair("an increasing number of", "a growing number of"),
    Pair("the majority of", "most of", one_way=True, after="the|these|those|our|your|their|its|his|her|them|us"),
    Pair("the majority of", "most", one_way=True, not_after="the|these|those|our|your|their|its|his|her|them|us|it|my|this|that|a|all"),
    Pair("a great deal of", "a good deal of"),
    Pair("a lot of", "lots of", not_before="quite|whole|such|what|awful", informal=True),
    Pair("sufficient", "enough", one_way=True, not_before=rf"{_BE}|a|an|the|any|self|necessary|not|and|or|this|very|what|considered|as",
         after="time|space|information|money|data|memory|evidence|resources|support|food|water|room|experience|power|detail|funds|disk|people|staff|energy"),
    Pair("additional", "further", after="information|details|questions|support|funding|guidance|help|advice|instructions|documentation|explanations?|examples",
         not_before="an|the|and|or|no|any|a|two|three"),
    Pair("additional", "extra", one_way=True,
         after="costs?|charge|time|space|money|packages|staff|copies|seats|features|features|options|files|work|hours|pages|rooms|places|room|people|storage|steps?"),
    Pair("at no extra cost", "at no additional cost"),
    Pair("free of charge", "at no cost", ends=True, not_before=_BE),
    Pair("for more information", "for further information"),
    Pair("for more details", "for further details"),
    Pair("the whole", "the entire", not_after="of|thing|lot|point|truth|story|is|was|and|or|more|world|has|idea|business|matter",
         not_before="on|as", after="[a-z]{3,}"),
    Pair("entirely", "completely"),
    Pair("mainly", "mostly", not_before="are|is|was|were|a|an"),
    Pair("primarily", "mainly", one_way=True),
    Pair("particularly", "especially", not_before="more|most|not|be"),
    Pair("exactly", "precisely", not_before="not|or|and|n't|n’t|more", not_after="one|once|the|as|like|this|that"),
    Pair("virtually", "practically", after="all|every|no|any|impossible|identical|everything|nothing|everyone|unchanged|complete"),
    Pair("nearly", "almost", not_before="not|very|so|n't|n’t|anywhere|as|more",
         after=rf"all|every|everyone|everything|half|always|complete|finished|ready|done|\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|identical|twice|as|a|an"),
    Pair("fairly", "reasonably", after="well|easy|large|good|simple|small|common|quickly|new|high|low|straightforward|safe|long|short|clear|easily|close|recent"),
    Pair("essentially", "basically", inside=True, not_after="all"),
    Pair("simply", "just", one_way=True, not_before=r"quite|put|speak|live|more|very|as|not|too|said|or|and|is|are", after="[a-z]{2,}(?<!ly)"),
    Pair("a bit", "a little", after="more|less|longer|shorter|earlier|later|better|faster|easier|harder|different|too|further|bigger|smaller",
         not_before="quite|not"),
    Pair("to some extent", "to some degree"),
    Pair("the extent to which", "the degree to which"),
    Pair("to a large extent", "to a great extent"),
    Pair("in total", "altogether", ends=True, before=r"[a-z]+s|people|\d+"),
    Pair("a minimum of", "at least", after=r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty) [a-z]+s|(?:\d+|ten|twenty) people",
         not_before="a|an|the|that|for"),
    Pair("a maximum of", "up to", one_way=True, after=r"\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"),
    Pair("at most", "no more than", after=r"\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"),
    Pair("probably", "most likely", one_way=True, before="will|would|is|are|was|were|has|have|had|can|could|should"),
    Pair("perhaps", "maybe", not_after="even|most|more|the|best|surprisingly|because|not"),
    Pair("kinds of", "sorts of", before="these|those|all|which|certain|other|the|different|various|many|both|some|what"),
    Pair("kind of", "sort of", before="this|that|any|what|some|same|another"),
)

_PEOPLE_AND_PLACES = (
    Pair("anyone", "anybody", not_after="of"),
    Pair("persons", "people", one_way=True),
    Pair("many", "a lot of", one_way=True, informal=True, after=_PLURAL, not_after="years|times|thanks|days|months|weeks|ways|cases|respects|occasions",
         not_before=rf"{_BE}|how|so|too|as|the|very|not|these|those|their|his|her|our|your|its|great|good|that|in|for|or|of"),
    Pair("everyone", "everybody"),
    Pair("someone", "somebody", not_after="of"),
    Pair("no one", "nobody", after="is|was|has|can|will|else|knows|would|should|could|had|wants|likes|in|at|seems|saw|came|did|does"),
    Pair("each other", "one another", not_after="[a-z]+(?<!and)(?<!or)(?<!in)(?<!on)(?<!at)(?<!to)(?<!with)(?<!for)(?<!from)(?<!by)(?<!as)(?<!when)(?<!while)(?<!but)(?<!through)(?<!during)(?<!because)(?<!if)"),
    Pair("those who", "people who", before=r"^|for|to|from|with|help", not_after="are named|were named"),
    Pair("by phone", "by telephone"),
    Pair("photos", "photographs", not_before="digital", informal=True),
    Pair("across from", "opposite", one_way=True),
    Pair("next to", "beside", after="DET|it|him|her|them|me|us|you", not_before="come|comes"),
    Pair("inside of", "inside", one_way=True, not_before="the|on|an"),
    Pair("outside of", "outside", not_before="the|on|from|an", after="DET", one_way=True),
    Pair("all over the world", "around the world", one_way=True),
    Pair("throughout the world", "around the world", one_way=True),
    Pair("throughout the country", "across the country"),
    Pair("based upon", "based on", one_way=True),
    Pair("depending upon", "depending on", one_way=True),
    Pair("depends upon", "depends on", one_way=True),
    Pair("upon request", "on request"),
    Pair("upon arrival", "on arrival"),
    Pair("mandatory", "compulsory", not_after="access|integrity"),
    Pair("on purpose", "deliberately", one_way=True, ends=True),
    Pair("a means of", "a way of", after="[a-z]+ing"),
    Pair("in the direction of", "towards", one_way=True),
    Pair("as well", "too", ends=True, not_before=r"just|might|may|\w+,|very|equally|work|works|worked|do|does|did|done|perform|performs|bad|quite|known|not"),
    Pair("any longer", "any more", ends=True, not_before="be|take|is|wait|without"),
)

_VERBS = (
    *_forms("try to/tries to/tried to/tried to/trying to", "attempt to/attempts to/attempted to/attempted to/attempting to"),
    *_forms("endeavour to/endeavours to/endeavoured to/endeavoured to/endeavouring to",
            "try to/tries to/tried to/tried to/trying to", one_way=True),
    *_forms("take part in/takes part in/took part in/taken part in/taking part in",
            "participate in/participates in/participated in/participated in/participating in"),
    *_forms("begin to/begins to/began to/begun to/beginning to", "start to/starts to/started to/started to/starting to"),
    *_forms("begin/begins/began/begun/beginning", "start/starts/started/started/starting", after=r"(?:at|on) (?:\d|noon|midday|[A-Z])[\w:.]*"),
    *_forms("finish at/finishes at/finished at/finished at/finishing at", "end at/ends at/ended at/ended at/ending at",
            after=r"\d[\w:.]*|noon|midday|midnight"),
    *_forms("commence/commences/commenced/commenced/commencing", "start/starts/started/started/starting", one_way=True),
    *_forms("utilise/utilises/utilised/utilised/utilising", "use/uses/used/used/using", one_way=True),
    *_forms("utilize/utilizes/utilized/utilized/utilizing", "use/uses/used/used/using", one_way=True),
    *_forms("purchase/purchases/purchased/purchased/purchasing", "buy/buys/bought/bought/buying", after="DET|new|tickets|additional|it|them|extra|more"),
    *_forms("choose/chooses/chose/chosen/choosing", "select/selects/selected/selected/selecting", after="DET|from|an|one|which",
            not_after="to"),
    *_forms("seem to/seems to/seemed to/seemed to/", "appear to/appears to/appeared to/appeared to/",
            after="be|have|work|suggest|indicate|show|do|want|need|make|think|agree|know|like|offer|help|prefer|get|give|take|come|mean"),
    *_forms("look for/looks for/looked for/looked for/looking for", "search for/searches for/searched for/searched for/searching for",
            after="the|an|any|it|them|this|that|these|those|your|our|new|other|similar"),
    *_forms("talk about/talks about/talked about/talked about/talking about", "discuss/discusses/discussed/discussed/discussing",
            after="DET|how|what|it|them|whether", informal=True),
    *_forms("speak to/speaks to/spoke to/spoken to/speaking to", "talk to/talks to/talked to/talked to/talking to",
            after="DET|us|them|him|her|me|you|people|someone|somebody|anyone|anybody"),
    *_forms("take care of/takes care of/took care of/taken care of/taking care of",
            "look after/looks after/looked after/looked after/looking after", after="DET|it|them|him|her|us|you"),
    *_forms("go back to/goes back to/went back to/gone back to/going back to",
            "return to/returns to/returned to/returned to/returning to", one_way=True, after="the|our|your|their|his|her|work|school|its|a"),
    *_forms("bear in mind/bears in mind///bearing in mind", "keep in mind/keeps in mind///keeping in mind"),
    *_forms("make use of/makes use of/made use of/made use of/making use of", "use/uses/used/used/using", one_way=True),
    *_forms("sign up for/signs up for/signed up for/signed up for/signing up for",
            "register for/registers for/registered for/registered for/registering for"),
    *_forms("reply to/replies to/replied to/replied to/replying to",
            "respond to/responds to/responded to/responded to/responding to", one_way=True),
    *_forms("find out more/finds out more///finding out more", "learn more/learns more///learning more"),
    *_forms("make sure that/makes sure that/made sure that/made sure that/making sure that",
            "ensure that/ensures that/ensured that/ensured that/ensuring that"),
    *_forms("fill in/fills in/filled in/filled in/filling in", "fill out/fills out/filled out/filled out/filling out",
            after=r"(?:the|a|this|your|our|an) (?:\w+ )?(?:form|survey|questionnaire|application)"),
    *_forms("permit/permits/permitted/permitted/permitting", "allow/allows/allowed/allowed/allowing", one_way=True,
            after=r"DET (?:\w+ )?\w+ to|us to|you to|them to|him to|her to|me to|users to|people to"),
    *_forms("assist/assists/assisted/assisted/assisting", "help/helps/helped/helped/helping", after=rf"(?:{_PERSON})(?! the)"),
    *_forms("inform/informs/informed/informed/informing", "tell/tells/told/told/telling", one_way=True, after=_PERSON),
    *_forms("notify/notifies/notified/notified/notifying", "inform/informs/informed/informed/informing", one_way=True, after=f"{_PERSON}|the"),
    *_forms("request/requests/requested/requested/requesting", "ask for/asks for/asked for/asked for/asking for",
            after="a|an|more|additional|further|help|information"),
    *_forms("consist of/consists of/consisted of//", "be made up of/is made up of/was made up of//", one_way=True),
    *_forms("result in/results in/resulted in/resulted in/resulting in", "lead to/leads to/led to/led to/leading to", one_way=True),
    *_forms("attend to/attends to///attending to", "deal with/deals with///dealing with", one_way=True),
    *_forms("click on/clicks on/clicked on/clicked on/clicking on", "click/clicks/clicked/clicked/clicking", after="the|a|this|your|any|that|one"),
    *_forms("receive/receives/received/received/receiving", "get/gets/got/got/getting", one_way=True,
            after="a|an|more|the|your|our|it|them|help", informal=True),
    *_forms("obtain/obtains/obtained//obtaining", "get/gets/got//getting", one_way=True, after="DET|more|information|it|them|additional|further",
            informal=True),
    *_forms("demonstrate/demonstrates/demonstrated/demonstrated/demonstrating", "show/shows/showed/shown/showing", one_way=True,
            after="that|how|why|what|the"),
    *_forms("attempt/attempts/attempted/attempted/attempting", "try/tries/tried/tried/trying", one_way=True, after="to"),
    *_forms("remain/remains/remained/remained/remaining", "stay/stays/stayed/stayed/staying",
            after="open|closed|calm|active|quiet|connected|safe|alert|dry|warm|informed|healthy"),
    Pair("wish to", "want to", before="you|who|people|users|may|might|they|not"),
    Pair("wishes to", "wants to"),
    Pair("wishing to", "wanting to"),
    Pair("carried out", "conducted", after="by|in|on|at|during|a|an|using|every|each|under|between|among|within", not_before="be"),
    Pair("carrying out", "conducting", after=r"(?:a|an|the|this|our|their)? ?(?:\w+ )?(?:surveys?|reviews?|study|studies|tests?|audits?|inspections?|research|interviews?|analysis|assessments?|experiments?|trials?)"),
    Pair("carry out", "conduct", verb=True, after=r"(?:(?:a|an|the|this|our|their) )?(?:\w+ )?(?:surveys?|reviews?|study|studies|tests?|audits?|inspections?|research|interviews?|analysis|assessments?|experiments?|trials?)"),
    Pair("will take place", "will be held", after="on|in|at|from|every|each|between|next|this|online"),
    Pair("will need to", "will have to"),
    Pair("must", "have to", one_way=True, before="we|you|they", not_before="(?:what|all|everything|that|as|things|which|if) (?:we|you|they)",
         not_after="not|have|be|also|only|never|always"),
    Pair("need to", "have to", before="we|you|they", not_before="(?:what|all|everything|that|as|things|which|much) (?:we|you|they)|(?:do|did|if) (?:we|you|they)",
         not_after="do|say|offer|show|give|lose|know|be|go|hand"),
    Pair("need to", "have to", before="do not|does not|did not|don't|don’t|doesn't|doesn’t|didn't|didn’t|won't|won’t|may|might|would|you'll|you’ll|we'll|we’ll"),
    Pair("is able to", "can", one_way=True, not_before="what|that|which|who"),
    Pair("are able to", "can", one_way=True),
    Pair("is unable to", "cannot", one_way=True),
    Pair("are unable to", "cannot", one_way=True),
    Pair("has to", "must", one_way=True, not_before="also|only|just|still|what|not|never|all|everything|as|much|it|anything", after="be|have|make|take|go|come|use|pay|decide|[a-z]{4,}"),
    *(
        Pair(f"may {verb}", f"might {verb}", before="you|it|we|they|there|this|that|he|she|users|people|which")
        for verb in ("need", "want", "wish", "find", "have to", "also need", "also want", "prefer")
    ),
    *(Pair(f"may {verb}", f"might {verb}", before="it|this|that|there") for verb in ("take", "even", "still", "seem", "cause", "help")),
    Pair("remember to", "don’t forget to", before="^|please|and", one_way=True),
    Pair("please contact", "please get in touch with", after="us|me|the|our|your|her|him"),
    Pair("let us know", "tell us", one_way=True, after="if|whether|what|when|how|why|where|which|in|by|about|so", before="please|and|^|to|can"),
    Pair("let me know", "tell me", one_way=True, after="if|whether|what|when|how|why|where|which|in|by|about", before="please|and|^|to|can"),
    Pair("make sure to", "be sure to"),
    Pair("make sure you", "be sure you", before="^|please|and|to", not_after="and"),
    Pair("thank you for", "thanks for", initial=True, informal=True),
    Pair("is going to", "will", one_way=True, not_before="what|how|who", after="be|have|need|happen|take|make|get|help|do|see|work|change|start|come|last|cost|open|close|become|continue|stay"),
    Pair("are going to", "will", one_way=True, not_before="what|how|who", after="be|have|need|happen|take|make|get|help|do|see|work|change|start|come|last|cost|open|close|become|continue|stay|use"),
    Pair("is intended to", "is meant to", not_before="what|as|that"),
    Pair("are intended to", "are meant to", not_before="what|as|they"),
    Pair("is likely to", "will probably", one_way=True, not_before="what|as|this|that|it"),
    Pair("are likely to", "will probably", one_way=True, not_before="what|as"),
    Pair("we shall", "we will", one_way=True),
    Pair("is known as", "is called", one_way=True),
    Pair("are known as", "are called", one_way=True),
    Pair("also known as", "also called", one_way=True),
    Pair("is responsible for", "is in charge of", one_way=True, after="the|this|our|all|organising|organizing"),
    Pair("is supposed to", "is meant to"),
    Pair("are supposed to", "are meant to"),
    Pair("difficult to", "hard to", before=f"{_BE}|very|too|so|quite|it|more|find it", not_before="more|less|most"),
    Pair("is easy to", "is simple to"),
    Pair("believe that", "think that", before="we|I|they|you"),
    Pair("it seems that", "it appears that"),
    Pair("is forbidden", "is prohibited"),
    Pair("are forbidden", "are prohibited"),
    Pair("allowed to", "permitted to", before=f"{_BE}|not|n't|n’t"),
    Pair("is not allowed", "is not permitted"),
    Pair("are not allowed", "are not permitted"),
    Pair("plan to", "intend to", before="we|they|you|I|who|also", not_after="the|a"),
    Pair("into account", "into consideration"),
    Pair("get rid of", "remove", verb=True, after="DET|old|it|them", one_way=True),
    Pair("such as", "like", cls="such-as", one_way=True, not_before=r"\w+,|not|for|is|are|was|were|be|words", after=r"[a-z]\w+(?<!ing)", not_after="to|for|by|in|when|which|those|that|if|at|from|how"),
)

_HELPED = (
    "reduce improve make keep ensure protect identify prevent explain avoid find understand create build support develop increase raise"
    " provide get save set solve spread stop shape settle define determine clarify bring fund pay plan run clean prepare cover meet"
    " maintain guide manage feed teach train fight break change promote boost grow repair move carry organise organize"
).replace(" ", "|")
_HELP = tuple(
    Pair(f"{form} to", form, after=_HELPED, before=subjects)
    for form, subjects in (
        ("help", "will|can|may|to|should|would|could|must|might|also|we|they|you"),
        ("helps", r"it|that|which|also|this|he|she|[a-z]+(?<!s)"),
        ("helped", r"has|have|also|it|that|which|they|we|he|she|who|[a-z]+s"),
    )
)

PAIRS: tuple[Pair, ...] = _TIME_AND_ORDER + _LINKS + _AMOUNTS + _PEOPLE_AND_PLACES + _VERBS + _HELP
