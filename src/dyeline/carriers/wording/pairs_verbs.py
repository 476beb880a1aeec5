"""Phrase pairs of verbs, in all their forms."""

from __future__ import annotations

from dyeline.carriers.wording.pair import BE, PERSON, Pair, inflected

_VERBS = (
    *inflected(
        "try to/tries to/tried to/tried to/trying to",
        "attempt to/attempts to/attempted to/attempted to/attempting to",
    ),
    *inflected(
        "endeavour to/endeavours to/endeavoured to/endeavoured to/endeavouring to",
        "try to/tries to/tried to/tried to/trying to",
        one_way=True,
    ),
    *inflected(
        "take part in/takes part in/took part in/taken part in/taking part in",
        "participate in/participates in/participated in/participated in/participating in",
    ),
    *inflected(
        "begin to/begins to/began to/begun to/beginning to",
        "start to/starts to/started to/started to/starting to",
    ),
    *inflected(
        "begin/begins/began/begun/beginning",
        "start/starts/started/started/starting",
        after=r"(?:at|on) (?:\d|noon|midday|[A-Z])[\w:.]*",
    ),
    *inflected(
        "finish at/finishes at/finished at/finished at/finishing at",
        "end at/ends at/ended at/ended at/ending at",
        after=r"\d[\w:.]*|noon|midday|midnight",
    ),
    *inflected(
        "commence/commences/commenced/commenced/commencing",
        "start/starts/started/started/starting",
        one_way=True,
    ),
    *inflected("utilise/utilises/utilised/utilised/utilising", "use/uses/used/used/using", one_way=True),
    *inflected("utilize/utilizes/utilized/utilized/utilizing", "use/uses/used/used/using", one_way=True),
    *inflected(
        "purchase/purchases/purchased/purchased/purchasing",
        "buy/buys/bought/bought/buying",
        after="DET|new|tickets|additional|it|them|extra|more",
    ),
    *inflected(
        "choose/chooses/chose/chosen/choosing",
        "select/selects/selected/selected/selecting",
        after="DET|from|an|one|which",
        not_after="to",
    ),
    *inflected(
        "seem to/seems to/seemed to/seemed to/",
        "appear to/appears to/appeared to/appeared to/",
        after="be|have|work|suggest|indicate|show|do|want|need|make|think|agree|know|like|offer"
        "|help|prefer|get|give|take|come|mean",
    ),
    *inflected(
        "look for/looks for/looked for/looked for/looking for",
        "search for/searches for/searched for/searched for/searching for",
        after="the|an|any|it|them|this|that|these|those|your|our|new|other|similar",
    ),
    *inflected(
        "talk about/talks about/talked about/talked about/talking about",
        "discuss/discusses/discussed/discussed/discussing",
        after="DET|how|what|it|them|whether",
        informal=True,
    ),
    *inflected(
        "speak to/speaks to/spoke to/spoken to/speaking to",
        "talk to/talks to/talked to/talked to/talking to",
        after="DET|us|them|him|her|me|you|people|someone|somebody|anyone|anybody",
    ),
    *inflected(
        "take care of/takes care of/took care of/taken care of/taking care of",
        "look after/looks after/looked after/looked after/looking after",
        after="DET|it|them|him|her|us|you",
    ),
    *inflected(
        "go back to/goes back to/went back to/gone back to/going back to",
        "return to/returns to/returned to/returned to/returning to",
        one_way=True,
        after="the|our|your|their|his|her|work|school|its|a",
    ),
    *inflected(
        "bear in mind/bears in mind///bearing in mind", "keep in mind/keeps in mind///keeping in mind"
    ),
    *inflected(
        "make use of/makes use of/made use of/made use of/making use of",
        "use/uses/used/used/using",
        one_way=True,
    ),
    *inflected(
        "sign up for/signs up for/signed up for/signed up for/signing up for",
        "register for/registers for/registered for/registered for/registering for",
    ),
    *inflected(
        "reply to/replies to/replied to/replied to/replying to",
        "respond to/responds to/responded to/responded to/responding to",
        one_way=True,
    ),
    *inflected("find out more/finds out more///finding out more", "learn more/learns more///learning more"),
    *inflected(
        "make sure that/makes sure that/made sure that/made sure that/making sure that",
        "ensure that/ensures that/ensured that/ensured that/ensuring that",
    ),
    *inflected(
        "fill in/fills in/filled in/filled in/filling in",
        "fill out/fills out/filled out/filled out/filling out",
        after=r"(?:the|a|this|your|our|an) (?:\w+ )?(?:form|survey|questionnaire|application)",
    ),
    *inflected(
        "permit/permits/permitted/permitted/permitting",
        "allow/allows/allowed/allowed/allowing",
        one_way=True,
        after=r"DET (?:\w+ )?\w+ to|us to|you to|them to|him to|her to|me to|users to|people to",
    ),
    *inflected(
        "assist/assists/assisted/assisted/assisting",
        "help/helps/helped/helped/helping",
        after=rf"(?:{PERSON})(?! the)",
    ),
    *inflected(
        "inform/informs/informed/informed/informing",
        "tell/tells/told/told/telling",
        one_way=True,
        after=PERSON,
    ),
    *inflected(
        "notify/notifies/notified/notified/notifying",
        "inform/informs/informed/informed/informing",
        one_way=True,
        after=f"{PERSON}|the",
    ),
    *inflected(
        "request/requests/requested/requested/requesting",
        "ask for/asks for/asked for/asked for/asking for",
        after="a|an|more|additional|further|help|information",
    ),
    *inflected(
        "consist of/consists of/consisted of//", "be made up of/is made up of/was made up of//", one_way=True
    ),
    *inflected(
        "result in/results in/resulted in/resulted in/resulting in",
        "lead to/leads to/led to/led to/leading to",
        one_way=True,
    ),
    *inflected("attend to/attends to///attending to", "deal with/deals with///dealing with", one_way=True),
    *inflected(
        "click on/clicks on/clicked on/clicked on/clicking on",
        "click/clicks/clicked/clicked/clicking",
        after="the|a|this|your|any|that|one",
    ),
    *inflected(
        "receive/receives/received/received/receiving",
        "get/gets/got/got/getting",
        one_way=True,
        after="a|an|more|the|your|our|it|them|help",
        informal=True,
    ),
    *inflected(
        "obtain/obtains/obtained//obtaining",
        "get/gets/got//getting",
        one_way=True,
        after="DET|more|information|it|them|additional|further",
        informal=True,
    ),
    *inflected(
        "demonstrate/demonstrates/demonstrated/demonstrated/demonstrating",
        "show/shows/showed/shown/showing",
        one_way=True,
        after="that|how|why|what|the",
    ),
    *inflected(
        "attempt/attempts/attempted/attempted/attempting",
        "try/tries/tried/tried/trying",
        one_way=True,
        after="to",
    ),
    *inflected(
        "remain/remains/remained/remained/remaining",
        "stay/stays/stayed/stayed/staying",
        after="open|closed|calm|active|quiet|connected|safe|alert|dry|warm|informed|healthy",
    ),
    Pair("wish to", "want to", before="you|who|people|users|may|might|they|not"),
    Pair("wishes to", "wants to"),
    Pair("wishing to", "wanting to"),
    Pair(
        "carried out",
        "conducted",
        after="by|in|on|at|during|a|an|using|every|each|under|between|among|within",
        not_before="be",
    ),
    Pair(
        "carrying out",
        "conducting",
        after=r"(?:a|an|the|this|our|their)? ?(?:\w+ )?(?:surveys?|reviews?|study|studies|tests?"
        r"|audits?|inspections?|research|interviews?|analysis|assessments?|experiments?"
        r"|trials?)",
    ),
    Pair(
        "carry out",
        "conduct",
        verb=True,
        after=r"(?:(?:a|an|the|this|our|their) )?(?:\w+ )?(?:surveys?|reviews?|study|studies|tests?"
        r"|audits?|inspections?|research|interviews?|analysis|assessments?|experiments?"
        r"|trials?)",
    ),
    Pair("will take place", "will be held", after="on|in|at|from|every|each|between|next|this|online"),
    Pair("will need to", "will have to"),
    Pair(
        "must",
        "have to",
        one_way=True,
        before="we|you|they",
        not_before="(?:what|all|everything|that|as|things|which|if) (?:we|you|they)",
        not_after="not|have|be|also|only|never|always",
    ),
    Pair(
        "need to",
        "have to",
        before="we|you|they",
        not_before="(?:what|all|everything|that|as|things|which|much) (?:we|you|they)|(?:do|did"
        "|if) (?:we|you|they)",
        not_after="do|say|offer|show|give|lose|know|be|go|hand",
    ),
    Pair(
        "need to",
        "have to",
        before="do not|does not|did not|don't|don’t|doesn't|doesn’t|didn't|didn’t|won't|won’t|may"
        "|might|would|you'll|you’ll|we'll|we’ll",
    ),
    Pair("is able to", "can", one_way=True, not_before="what|that|which|who"),
    Pair("are able to", "can", one_way=True),
    Pair("is unable to", "cannot", one_way=True),
    Pair("are unable to", "cannot", one_way=True),
    Pair(
        "has to",
        "must",
        one_way=True,
        not_before="also|only|just|still|what|not|never|all|everything|as|much|it|anything",
        after="be|have|make|take|go|come|use|pay|decide|[a-z]{4,}",
    ),
    *(
        Pair(
            f"may {verb}", f"might {verb}", before="you|it|we|they|there|this|that|he|she|users|people|which"
        )
        for verb in ("need", "want", "wish", "find", "have to", "also need", "also want", "prefer")
    ),
    *(
        Pair(f"may {verb}", f"might {verb}", before="it|this|that|there")
        for verb in ("take", "even", "still", "seem", "cause", "help")
    ),
    Pair("remember to", "don’t forget to", before="^|please|and", one_way=True),
    Pair("please contact", "please get in touch with", after="us|me|the|our|your|her|him"),
    Pair(
        "let us know",
        "tell us",
        one_way=True,
        after="if|whether|what|when|how|why|where|which|in|by|about|so",
        before="please|and|^|to|can",
    ),
    Pair(
        "let me know",
        "tell me",
        one_way=True,
        after="if|whether|what|when|how|why|where|which|in|by|about",
        before="please|and|^|to|can",
    ),
    Pair("make sure to", "be sure to"),
    Pair("make sure you", "be sure you", before="^|please|and|to", not_after="and"),
    Pair("thank you for", "thanks for", initial=True, informal=True),
    Pair(
        "is going to",
        "will",
        one_way=True,
        not_before="what|how|who",
        after="be|have|need|happen|take|make|get|help|do|see|work|change|start|come|last|cost|open"
        "|close|become|continue|stay",
    ),
    Pair(
        "are going to",
        "will",
        one_way=True,
        not_before="what|how|who",
        after="be|have|need|happen|take|make|get|help|do|see|work|change|start|come|last|cost|open"
        "|close|become|continue|stay|use",
    ),
    Pair("is intended to", "is meant to", not_before="what|as|that"),
    Pair("are intended to", "are meant to", not_before="what|as|they"),
    Pair("is likely to", "will probably", one_way=True, not_before="what|as|this|that|it"),
    Pair("are likely to", "will probably", one_way=True, not_before="what|as"),
    Pair("we shall", "we will", one_way=True),
    Pair("is known as", "is called", one_way=True),
    Pair("are known as", "are called", one_way=True),
    Pair("also known as", "also called", one_way=True),
    Pair(
        "is responsible for", "is in charge of", one_way=True, after="the|this|our|all|organising|organizing"
    ),
    Pair("is supposed to", "is meant to"),
    Pair("are supposed to", "are meant to"),
    Pair(
        "difficult to",
        "hard to",
        before=f"{BE}|very|too|so|quite|it|more|find it",
        not_before="more|less|most",
    ),
    Pair("is easy to", "is simple to"),
    Pair("believe that", "think that", before="we|I|they|you"),
    Pair("it seems that", "it appears that"),
    Pair("is forbidden", "is prohibited"),
    Pair("are forbidden", "are prohibited"),
    Pair("allowed to", "permitted to", before=f"{BE}|not|n't|n’t"),
    Pair("is not allowed", "is not permitted"),
    Pair("are not allowed", "are not permitted"),
    Pair("plan to", "intend to", before="we|they|you|I|who|also", not_after="the|a"),
    Pair("into account", "into consideration"),
    Pair("get rid of", "remove", verb=True, after="DET|old|it|them", one_way=True),
    Pair(
        "such as",
        "like",
        cls="such-as",
        one_way=True,
        not_before=r"\w+,|not|for|is|are|was|were|be|words",
        after=r"[a-z]\w+(?<!ing)",
        not_after="to|for|by|in|when|which|those|that|if|at|from|how",
    ),
)

_HELPED = (
    "reduce improve make keep ensure protect identify prevent explain avoid find"
    " understand create build support develop increase raise"
    " provide get save set solve spread stop shape settle define determine clarify bring"
    " fund pay plan run clean prepare cover meet"
    " maintain guide manage feed teach train fight break change promote boost grow repair"
    " move carry organise organize"
).replace(" ", "|")
_HELP = tuple(
    Pair(f"{form} to", form, after=_HELPED, before=subjects)
    for form, subjects in (
        ("help", "will|can|may|to|should|would|could|must|might|also|we|they|you"),
        ("helps", r"it|that|which|also|this|he|she|[a-z]+(?<!s)"),
        ("helped", r"has|have|also|it|that|which|they|we|he|she|who|[a-z]+s"),
    )
)

VERB_PAIRS: tuple[Pair, ...] = _VERBS + _HELP
