# What is on every page.

language-name = English
skip-to-content = Skip to main content
no-script = Scripts are off: everything works, but nothing changes by itself. Reload a page to see what is new.
choose-language = Language
nav-label = Main
log-in = Sign in
log-out = Sign out
menu-account = Your account and sessions
theme-device = Colours as on this device
theme-light = Light colours
theme-dark = Dark colours
keys-turn-off = Turn keyboard shortcuts off
keys-turn-on = Turn keyboard shortcuts on
role-customer = Customer
role-agent = Agent
role-supervisor = Supervisor
role-admin = Administrator

nav-home = Home
nav-raise = Complain or ask
nav-services = Services
nav-cases = Your cases
nav-chat = Chat
nav-chats = Chats
nav-track = Track
nav-queue = Queue
nav-counter = Counter
nav-messages = Messages
nav-customers = Customers
nav-overview = Overview
nav-reports = Reports
nav-people = People
nav-rules = Rules
nav-policies = Policies
nav-audit = Audit
nav-forms = Form quality
nav-settings = Settings

footer-help = Help
footer-track = Track a case
footer-accessibility = Accessibility
footer-licences = Licences
toasts-label = News

session-title = You will be signed out soon
session-text = For your safety we sign you out when nothing happens for a while. What you have typed is kept as a draft.
session-most = You have been signed in for as long as one can be. Soon you are asked to log in again, and go on where you were. Send what you have typed; what is marked as a draft is kept.
session-heard = Go on until then
session-stay = Stay signed in
session-minutes = { $count ->
    [one] One minute left
   *[other] { $count } minutes left
}
session-seconds = { $count ->
    [one] One second left
   *[other] { $count } seconds left
}

signed-out-title = You have been signed out
signed-out-text = What you have typed is still here, but not saved yet. Sign in again in another tab, then come back to this one.
signed-out-link = Sign in (opens another tab)
signed-out-done = I have signed in again

ask-yes = Yes, go on
ask-no = No, go back
close = Close
dismiss = Dismiss

palette-open = Find or do
palette-title = Find or do something
palette-query = A reference, a customer, a page or an action
palette-found = What was found
palette-help = Arrow keys to move, Enter to open, Esc to close
palette-count = { $count } found
palette-none = Nothing found

keys-title = Keyboard shortcuts
keys-text = They work while you are not typing. You can turn them off in the menu under your name.
keys-here = On this page
keys-everywhere = Everywhere
key-palette = Find or do something
key-sheet = This sheet
key-search = Go to the search field
key-next = Next in the list
key-previous = Previous in the list
key-open = Open what is chosen
key-reply = Reply to the customer
key-note = Write an internal note
key-go-home = Go to the start page
key-go-queue = Go to the queue
key-go-counter = Go to the counter
key-go-chats = Go to the chats
key-close = Close what is open

draft-saved = Draft saved { $time }
draft-saving = Saving the draft
draft-unsaved = Draft not saved yet. We keep trying; it is safe on this page.
live-offline = The connection is interrupted. What you type is kept.
live-online = Connected again
live-fresh = Something is new here since you began to write.
live-moved = Not done: this changed while you were asked. Look again.
request-failed = That did not work. Try again.
canned-unfilled = Fill in before you send: { $names }
copied = Copied

# What a page says as it happens.
notice-replied = { $name }: we have written to you
notice-resolved = { $name }: we have answered
notice-reopened = { $name }: we are looking at it again
notice-closed = { $name } is closed
notice-called = { $name }: please come to counter { $counter }
notice-assigned = { $name } came to you
notice-wrote = { $name }: the customer has written
