"""The rules for changes of services, their methods and annotations: what breaks whom, and what to do instead."""

from thriftshop.contracts.rules.rule import BREAKING, WARNING, Rule

RULES: tuple[Rule, ...] = (
    # -- services and methods
    Rule(
        "service-removed",
        BREAKING,
        "A service is gone, or has another name.",
        "Every caller of it: the address and the generated client bear its name.",
        "Keep it, deprecated, beside the new one.",
    ),
    Rule(
        "inheritance-changed",
        BREAKING,
        "A service no longer extends what it extended.",
        "Callers of the inherited methods get `unknown method`.",
        "Keep `extends`, or declare the inherited methods in the service itself and accept the change.",
    ),
    Rule(
        "method-removed",
        BREAKING,
        "A method is gone, or has another name.",
        "Every caller of it gets `unknown method`.",
        "Keep it, deprecated, and have it answer as before; add the new one beside it.",
    ),
    Rule(
        "answer-changed",
        BREAKING,
        "A method answers with another type.",
        "Old callers skip what they do not expect and find no answer.",
        "Add a method with the new answer; keep this one until nobody calls it.",
    ),
    Rule(
        "oneway-changed",
        BREAKING,
        "A method became `oneway`, or is no longer so.",
        "Old callers wait for an answer that does not come, or leave one unread in front of the next.",
        "Add a method beside it.",
    ),
    Rule(
        "argument-removed",
        BREAKING,
        "An argument is gone.",
        "What old callers send in it is not heeded, without a word.",
        'Keep it and mark it `(absent = "allowed")`.',
    ),
    Rule(
        "argument-renumbered",
        BREAKING,
        "An argument has another number.",
        "Only the number travels: the service takes it for absent, or for another argument.",
        "Give it its number back.",
    ),
    Rule(
        "argument-added",
        BREAKING,
        "An argument was added that may not be absent.",
        "Old callers do not send it, and every call of theirs is refused.",
        'Mark it `(absent = "allowed")` and say what its absence means, or add a method.',
    ),
    Rule(
        "absence-refused",
        BREAKING,
        "An argument may no longer be absent.",
        "Callers that leave it out, as they were allowed to, are refused.",
        'Leave `(absent = "allowed")`.',
    ),
    Rule(
        "refusal-removed",
        BREAKING,
        "A method no longer declares one of its refusals.",
        "Callers that handle it wait for it in vain; raised all the same, it arrives as a fault.",
        "Keep it declared, even if it is no longer raised.",
    ),
    Rule(
        "refusal-renumbered",
        BREAKING,
        "A refusal has another number.",
        "Old callers take it for another refusal, for a fault, or (where nothing is answered) for success.",
        "Give it its number back.",
    ),
    Rule(
        "refusal-changed",
        BREAKING,
        "A refusal's number belongs to another exception.",
        "Old callers read the one as the other and act on what nobody said.",
        "Add the new one with a number of its own.",
    ),
    Rule(
        "refusal-added",
        WARNING,
        "A method that answers something has a new refusal.",
        "Old callers do not know it and take it for a fault (`MISSING_RESULT`).",
        "Deploy the callers before the service.",
    ),
    Rule(
        "silent-refusal-added",
        BREAKING,
        "A method that answers nothing has a new refusal.",
        "Old callers skip what they do not know and take the refusal for success.",
        "Add a method with that refusal, or use one that is declared already.",
    ),
    # -- annotations
    Rule(
        "callers-narrowed",
        WARNING,
        "A service that could call a method no longer may.",
        "Its calls are refused with 403 from the deployment on.",
        "Look at who calls it (`rpc` metrics by caller), and change the caller first.",
    ),
    Rule(
        "readers-narrowed",
        WARNING,
        "A service that could read an event no longer may.",
        "Its projections miss those events from the deployment on, and what they show goes stale.",
        "Look at who follows the topic (the registry shows it), and change the reader first.",
    ),
    Rule(
        "idempotent-removed",
        WARNING,
        "A method is no longer idempotent.",
        "Clients built before still send it again when nobody knows what became of it.",
        "Keep it idempotent: take a key. Else deploy the callers first.",
    ),
    Rule(
        "deadline-shortened",
        WARNING,
        "A method has less time than before.",
        "Calls that were in time are given up.",
        "Look at the method's slowest hundredth before, and set it well above.",
    ),
)
