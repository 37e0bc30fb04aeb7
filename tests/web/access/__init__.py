"""Who may open what, one module an app. Each has `rows(people)`: it makes what its addresses need, and returns

(name of an address, arguments) -> what each of `PEOPLE` gets, in their sequence. O open, L to the login page,
- forbidden, 0 nothing there (or not to be told), > sent on, M only for forms that are sent, B a wrong request.
"""

PEOPLE = ("", "coordinator", "administrator", "factory", "rival", "assessor", "buyer", "stranger")

Matrix = dict[tuple[str, tuple[object, ...]], str]
