# What supervisors and admins see.

admin-sections = Running the desk
admin-section-overview = Overview
admin-section-complaints = Complaints
admin-section-work = Work done
admin-section-people = People
admin-section-teams = Teams and queues
admin-section-access = Who may do what

admin-title-overview = How the desk is doing
admin-title-cases = Cases
admin-title-complaints = Complaints report
admin-title-work = Work done
admin-title-people = People
admin-title-person = Person
admin-title-invite = Invite a colleague
admin-title-teams = Teams and queues
admin-title-access = Who may do what

admin-as-of = As of
admin-counting = The numbers are being counted for the first time; some are still missing.
admin-period = Period
admin-days = { $count ->
    [one] Last day
   *[other] Last { $count } days
}
admin-from = From
admin-to = To and including
admin-by = Told apart by
admin-show = Show
admin-save = Save
admin-nothing = Nothing here.
admin-none-yet = none yet
admin-any = Any
admin-all = All
admin-nobody = Nobody
admin-not-given = Not given
admin-yes = Yes
admin-no = No
admin-why = Why
admin-language = Language

admin-figure-arrivals = Cases received
admin-figure-backlog = Open cases
admin-figure-late = Past a deadline
admin-figure-first-response = First response in time
admin-figure-resolution = Resolved in time
admin-figure-reopened = Reopened
admin-figure-satisfaction = Satisfied customers
admin-figure-counters = Waiting at counters
admin-figure-visits = Page visits
admin-figure-users = Users
admin-figure-sessions = Signed in now
admin-trend-note = Compared with the { $days } days before.
admin-trend-more = { $count } more than before
admin-trend-less = { $count } fewer than before
admin-trend-same = as before
admin-points-up = { $count ->
    [one] one point up
   *[other] { $count } points up
}
admin-points-down = { $count ->
    [one] one point down
   *[other] { $count } points down
}
admin-oldest = { $days ->
    [one] oldest: one day
   *[other] oldest: { $days } days
}
admin-of-resolutions = { $percent } % of resolutions
admin-ratings = { $count ->
    [one] one rating
   *[other] { $count } ratings
}
admin-met-of = { $met } of { $all }
admin-sessions-split = { $staff } of the staff, { $customers ->
    [one] one customer
   *[other] { $customers } customers
}
admin-minutes = { $count } min

admin-chart-flow = Received and resolved, day by day
admin-chart-raised = Received
admin-chart-resolved = Resolved
admin-chart-ages = Open cases by age
admin-chart-open = Open
admin-chart-kept = Resolution targets, day by day
admin-chart-met = In time
admin-chart-breached = Too late
admin-chart-roles = Users by role
admin-chart-accounts = Active accounts
admin-chart-first = First responses, day by day
admin-chart-reopened = Taken up again, day by day
admin-chart-ratings = How answers were rated
admin-chart-rated = Ratings
admin-chart-waiting = Waiting at the counters now
admin-chart-people = People
admin-chart-visits = Visits by page
admin-chart-visited = Visits
admin-chart-complaints = Complaints by status
admin-age-under = under { $to ->
    [one] a day
   *[other] { $to } days
}
admin-age-between = { $from } to { $to } days
admin-age-over = { $from } days and more

admin-grid-cases = Cases
admin-grid-counters = Counters now
admin-grid-visits = Pages visited
admin-grid-wanted = What customers came with
admin-grid-users = Users and sessions
admin-grid-complaints = Complaints
admin-grid-work = Work done
admin-grid-people = People
admin-grid-invitations = Open invitations
admin-grid-sessions = Sessions
admin-grid-queues = Queues
admin-grid-staff = Staff
admin-grid-teams = Mail of teams
admin-grid-verbs = To a case
admin-grid-rights = To the desk as a whole
admin-grid-manages = Who may invite, change and suspend whom

admin-col-case = Case
admin-col-subject = Subject
admin-col-kind = Kind
admin-col-service = Service
admin-col-status = Status
admin-col-with = With
admin-col-received = Received
admin-col-deadline = Next deadline
admin-col-why = Why
admin-col-branch = Branch
admin-col-waiting = Waiting
admin-col-open-counters = Counters
admin-col-wait = Wait
admin-col-page = Page
admin-col-visits = Visits
admin-col-pending = Still open
admin-col-role = Role
admin-col-active = Active
admin-col-suspended = Suspended
admin-col-reopened = Ever reopened
admin-col-what = What
admin-col-raised = Entered
admin-col-resolved = Resolved
admin-col-closed = Closed
admin-col-replies = Answers
admin-col-first-met = First response in time
admin-col-first-breached = Too late
admin-col-first-share = Share
admin-col-resolution-met = Resolved in time
admin-col-resolution-breached = Too late
admin-col-resolution-share = Share
admin-col-ratings = Ratings
admin-col-rating = Rating
admin-col-satisfied = Satisfied
admin-col-name = Name
admin-col-email = E-mail address
admin-col-state = State
admin-col-factor = Second factor
admin-col-seen = Last seen
admin-col-created = Since
admin-col-invited = Invited
admin-col-until = Good until
admin-col-action = Action
admin-col-browser = Browser
admin-col-source = From
admin-col-since = Since
admin-col-queue = Queue
admin-col-services = Services
admin-col-allocation = Given out by
admin-col-who = Served by
admin-col-available = Available
admin-col-queues = Queues
admin-col-skills = Skills
admin-col-cases = Cases at once
admin-col-live = People waiting at once
admin-col-team = Team
admin-col-verb = Act
admin-col-right = Right

admin-by-service = Product
admin-by-month = Month
admin-by-whole = Nothing
admin-by-day = Day
admin-by-kind = Kind
admin-by-channel = Channel
admin-by-agent = Agent
admin-field-branch = Branch
admin-field-cause = Cause

admin-kind-complaint = Complaint
admin-kind-query = Question
admin-kind-request = Request
admin-kind-service = Counter
admin-kind-quote = Quote
admin-status-new = New
admin-status-open = Open
admin-status-waiting_for_customer = Waiting for the customer
admin-status-waiting_for_third_party = Waiting for others
admin-status-resolved = Resolved
admin-status-closed = Closed
admin-role-customer = Customer
admin-role-agent = Agent
admin-role-supervisor = Supervisor
admin-role-admin = Administrator
admin-role-service = Program
admin-role-system = The desk itself
admin-state-active = Active
admin-state-suspended = Suspended
admin-reach-never = –
admin-reach-own = own
admin-reach-served = their queues
admin-reach-any = all
admin-claimed = whoever claims it

admin-cases-total = { $count ->
    [one] One case
   *[other] { $count } cases
}
admin-narrowed-days = received { $from } to { $to }
admin-sessions-customer = Sessions of customers
admin-sessions-staff = Sessions of the staff
admin-sessions-visitor = Visitors who have not signed in

admin-sheet = Take this table along (CSV)
admin-definitions = What the numbers mean
admin-definition-received = Received: complaints that reached the bank on these days, wherever they are now. Cases that went on in another one count.
admin-definition-status = The statuses say where these complaints are now, not where they were then.
admin-definition-closed = Closed includes complaints that went on in another case.
admin-definition-reopened = Ever reopened: complaints that were taken up again at least once; each counts once.
admin-definition-rows = Each complaint counts in one row: by the product, the cause and the branch that it has now.
admin-definition-raised = Entered: cases that were put into the desk in this time.
admin-definition-met = In time: targets that were reached before they fell due, in working hours where the policy says so.
admin-definition-breached = Too late: targets that fell due in this time and had not been reached.
admin-definition-satisfied = Satisfied: the share of ratings of 4 and 5.

admin-find = Name or e-mail address
admin-find-hint = The beginning of a name, or a whole address
admin-withdraw = Take back
admin-withdraw-sure = Take this invitation back?
admin-work = Work
admin-load = { $cases } of { $of_cases } cases, { $live } of { $of_live } people waiting.
admin-their-cases = Their cases
admin-skills-hint = Each with a level from 1 to 5, as in: cards 5, loans 2
admin-skills-wrong = Write each skill with a level from 1 to 5, as in: cards 5, loans 2
admin-number-wrong = Enter a whole number
admin-capacity-hint = Nothing or 0 for no work of this sort
admin-available = May be given new work
admin-back-to-queues = Back to their queues
admin-hand-over-to = Hand open cases over to
admin-hand-over-hint = What this colleague does not serve goes back to its queue
admin-actions = Account
admin-set-role = Give this role
admin-reset-factor = Reset the second factor
admin-reset-factor-sure = Take the second factor away? All sessions end, and another one is set up at the next sign-in.
admin-end-sessions = End all sessions
admin-end-sessions-sure = Sign this person out everywhere?
admin-suspend = Suspend
admin-suspend-sure = Suspend this person? They are signed out everywhere at once and cannot come back until somebody reinstates them.
admin-reinstate = Let them sign in again
admin-not-yours = Only administrators change accounts of administrators.
admin-role-wrong = Choose a role of the staff
admin-invite = Send the invitation
admin-invite-text = They get a link by e-mail, good for seven days, and choose their own password and second factor.
admin-done-work = Saved
admin-done-suspended = Suspended. Open cases were handed over.
admin-done-reinstated = This person can sign in again
admin-done-role = The role was changed
admin-done-factor = The second factor was reset
admin-done-sessions = All sessions were ended
admin-done-invited = The invitation was sent
admin-done-withdrawn = The invitation was taken back

admin-expected = Expected { $what }
admin-stale = Somebody else changed this while you were looking at it. Your input is still here; load the page again to see theirs.
admin-not-possible = This is not possible now: { $why }
admin-account-not_yourself = You cannot do this to your own account
admin-account-last_admin = Nobody else runs the desk: name another administrator first
admin-account-email_taken = Somebody already has an account with this address
admin-account-tokens_full = There are too many tokens: revoke those that nobody uses first

# Rules, catalogue, trail and what else is kept.

admin-section-policies = Policies
admin-section-catalogue = Catalogue
admin-section-replies = Replies and macros
admin-section-forms = Form quality
admin-section-notices = Mail not sent
admin-section-quarantine = Blocked files
admin-section-tokens = Tokens
admin-section-audit = Audit

admin-title-policies = Policies
admin-title-edit = Change targets, hours and queues
admin-title-json = Change everything as JSON
admin-title-preview = What this would change
admin-title-history = Earlier policies
admin-title-change = Change of the policies
admin-title-audit = Audit
admin-title-checked = Check of the chains
admin-title-notices = Mail that was not sent
admin-title-quarantine = Blocked files
admin-title-forms = Form quality
admin-title-tokens = Tokens of programs
admin-title-replies = Replies and macros
admin-title-canned = Canned reply
admin-title-macro = Macro
admin-title-catalogue = Catalogue
admin-title-branch = Branch
admin-title-service = Service
admin-title-choices = Names of choices
admin-title-texts = Texts of mail

admin-grid-services = Services
admin-grid-sla = Deadlines
admin-grid-calendars = Working hours
admin-grid-allocation = How cases are given out
admin-grid-fields = Questions of forms
admin-grid-rules-history = What was in force when
admin-grid-affected = Some of the cases that would change
admin-grid-audit = Who changed what
admin-grid-chains = The chains
admin-grid-dead = Given up
admin-grid-owed = Waiting for another try
admin-grid-quarantine = Files in which the scanner found something
admin-grid-forms = Forms
admin-grid-questions = Questions that were answered wrongly
admin-grid-tokens = Tokens that are good
admin-grid-canned = Canned replies
admin-grid-macros = Macros
admin-grid-branches = Branches
admin-grid-offers = Services
admin-grid-choice-names = Names of choices

admin-col-code = Code
admin-col-priority = Priority
admin-col-units = Units
admin-col-policy = Policy
admin-col-for = For
admin-col-calendar = Hours
admin-col-first-response = First response
admin-col-next-response = Next response
admin-col-resolution = Resolution
admin-col-closes = Closes after
admin-col-zone = Time zone
admin-col-hours = Hours
admin-col-holidays = Holidays
admin-col-exceptions = Other days
admin-col-prefers = Prefers
admin-col-field = Question
admin-col-type = Type
admin-col-choices = Choices
admin-col-number = Number
admin-col-at = When
admin-col-by = Who
admin-col-comment = Why
admin-col-due-now = Due now
admin-col-due-then = Due then
admin-col-act = What
admin-col-on = On
admin-col-details = Details
admin-col-chain = Chain
admin-col-holds = Result
admin-col-events = Entries
admin-col-head = Head to export
admin-col-text = Text
admin-col-to = To
admin-col-owed = Owed since
admin-col-tries = Tries
admin-col-why-not = Why not
admin-col-found = Found
admin-col-file = File
admin-col-size = Bytes
admin-col-hash = SHA-256
admin-col-form = Form
admin-col-sent = Sent
admin-col-with-error = With an error
admin-col-error-share = Share
admin-col-error-share-before = Period before
admin-col-question = Question
admin-col-wrong = Wrong
admin-col-label = What it is for
admin-col-scopes = Scopes
admin-col-used = Last used
admin-col-word = Short name
admin-col-reply = Reply that is sent
admin-col-steps = Steps
admin-col-counters-there = Counters
admin-col-shown = Shown to customers
admin-col-doors = Ways in
admin-col-letter = Letter of tokens
admin-col-branches = Branches

admin-rules-number = In force: change number { $number }, version
admin-tags = Tags
admin-silent = Texts that nobody is sent
admin-every-case = every case
admin-every-hour-counts = every hour counts
admin-escalations = { $count ->
    [one] one step when late
   *[other] { $count } steps when late
}
admin-always = Always open
admin-day-monday = Monday
admin-day-tuesday = Tuesday
admin-day-wednesday = Wednesday
admin-day-thursday = Thursday
admin-day-friday = Friday
admin-day-saturday = Saturday
admin-day-sunday = Sunday
admin-rule-account_owner = the customer's own adviser
admin-rule-skills = the most skilled
admin-rule-least_loaded = the least loaded
admin-rule-round_robin = who has waited longest
admin-edit-text = Nothing changes before you have seen which open cases it affects.
admin-span-hint = As in 4h, 30m, 2bd (business days), 30cd (calendar days), 8w (weeks)
admin-services-into = The queue that new cases about it go to. Open cases stay where they are.
admin-hours-hint = As in 10:00-17:00, or 09:00-12:00, 13:00-18:00, or closed
admin-holidays-hint = A line for each: 2026-12-25 Christmas, or for a part of a day 2026-12-24 12:00-24:00 Christmas Eve
admin-holidays-wrong = Write each holiday on a line of its own, as in 2026-12-25 Christmas
admin-json = The policies as JSON
admin-json-hint = Checked as a whole; what does not hold together is named with its place
admin-preview = Show what this would change
admin-preview-all = { $changed } of { $all } open cases would get other deadlines or warnings.
admin-preview-more = { $changed } of the first { $all } open cases would get other deadlines or warnings; there are more open cases.
admin-undecided = { $count } could not be decided.
admin-difference = What changes, line by line
admin-same-rules = These are the policies that are in force.
admin-rules-moved = Not in force yet: look at what changes now, below
admin-rules-stale = Another administrator put policies in force in the meantime, and the two do not fit together. Nothing of yours is lost: below is how yours differ from theirs. Putting yours in force undoes what the lines with a minus say.
admin-comment = Why
admin-comment-hint = Kept with the change
admin-put = Put in force
admin-go-on = Go on changing
admin-not-so = { $why }
admin-done-rules = In force from now on. An open case comes under it with the next that happens to it, and with its next deadline
admin-given-out = { $count ->
    [one] One case that waits for an agent would be given out otherwise.
   *[other] { $count } cases that wait for an agent would be given out otherwise.
}
admin-rules-together = Another administrator put policies in force in the meantime. What they changed is kept: below is only what you change of it.
admin-rules-both = Another administrator put policies in force in the meantime. What they changed is kept, except where you changed the same: there yours would stand, as the lines below say.
admin-adopt-tick = Open cases get their new deadlines at once
admin-done-rules-all = In force from now on, for open cases too
admin-done-rules-only = In force from now on. Not every open case could be brought under it just now: do it again below
admin-open-cases = Open cases
admin-adopt-text = An open case comes under these policies with the next that happens to it, and with its next deadline.
admin-adopt = Bring all open cases under them now
admin-adopt-rest-text = There are more open cases.
admin-adopt-rest = Go on with the rest
admin-adopted = { $changed ->
    [0] No open case had to change.
    [one] One open case has come under these policies.
   *[other] { $changed } open cases have come under these policies.
} { $left ->
    [0] {""}
    [one] One changed in between or could not be decided; it comes with the next that happens to it.
   *[other] { $left } changed in between or could not be decided; they come with the next that happens to them.
}

admin-audit-text = Every change of people, policies, accounts, catalogue and what colleagues share, every look at a customer's payment and every file that was kept out, each chained to the one before. Keep the heads where nobody who can change the database can reach them.
admin-chain-feed = Events of cases
admin-chain-trail = What this page lists
admin-chain-holds = The chain holds
admin-chain-broken = Broken at position { $where }:
admin-chain-text = Both chains were read from their beginning. Copy the heads and keep them elsewhere.
admin-exported-feed = Head of the cases that was exported before
admin-exported-trail = Head of the changes that was exported before
admin-exported-hint = May be left empty
admin-head-wrong = a head as it was exported: position, colon, hash
admin-check = Check both chains

admin-notices-text = Mail is tried again by itself with growing pauses. What was given up had too many tries, or the mail server said that it never will take it.
admin-next-try = next try at this time
admin-being-sent = being sent
admin-quarantine-text = { $count ->
    [one] One file was kept out. Nobody is handed its bytes; they are removed after some weeks.
   *[other] { $count } files were kept out. Nobody is handed their bytes; they are removed after some weeks.
}
admin-forms-text = How often something in a form was wrong when it was sent. Under 10 % is required.
admin-forms-alarm = More than 10 % of submissions had an error: { $forms }
admin-form-alarm = Above 10 %
admin-form-fine = Fine

admin-never = never
admin-revoke = Revoke
admin-revoke-sure = Revoke this token? Programs that use it are shut out at once.
admin-done-revoked = The token was revoked
admin-token-once = This is the token. Copy it now: it is never shown again.
admin-new-token = Make a token
admin-make-token = Make the token
admin-label-hint = For example: reporting of the data warehouse
admin-label-missing = Say what the token is for
admin-col-acts-as = Acts as
admin-token-own = A program of its own
admin-token-agent-hint = Choose an agent for their own instrument, such as the buttons at their counter. What it does counts as done by them.
admin-scopes-hint = What the program may ask for. What it may do beyond that is decided as for anybody.
admin-scope-tickets-read = Lists, cases, what was said, files
admin-scope-tickets-write = Raise cases, work on them, put files on them
admin-scope-counter-read = Lines at branches, numbers, counters
admin-scope-counter-write = Take a number for a customer
admin-scope-counter-serve = Open a counter, call numbers and serve them, as an agent
admin-scope-chats-read = Chats, and what was said in them
admin-scope-chats-write = Begin chats for customers, answer and end them
admin-scope-quotes-write = Quote prices
admin-scope-transactions-read = Look payments up, as an agent
admin-scope-catalogue-read = What the bank offers, and when
admin-scope-agents-read = Who answers, and what they carry
admin-scope-customers-read = Who the customers are, found by their address or name
admin-scope-shared-read = Views, canned replies and macros
admin-scope-reports-read = What happened in a period, in numbers
admin-scope-events-read = What happens, as it happens
admin-token-days = Good for, in days
admin-token-days-hint = At most { $days }

admin-new-canned = New canned reply
admin-new-macro = New macro
admin-all-queues = all
admin-no-reply = None
admin-text = What it says
admin-word-hint = Small letters, digits and hyphens; it cannot be changed later
admin-word-wrong = Enter a short name of small letters, digits and hyphens
admin-variables-hint = { "May use {{customer.name}}, {{agent.name}}, {{ticket.reference}}, {{ticket.subject}}, {{ticket.service}}, {{ticket.kind}}" }
admin-queues-hint = None for all queues
admin-steps = Steps as JSON
admin-steps-hint = { "A list of acts, as in [{\"name\": \"reprioritise\", \"to\": \"urgent\"}]" }
admin-remove = Remove
admin-remove-sure = Remove this for all colleagues?
admin-done-removed = Removed

admin-address = Address
admin-counters-hint = As they are signed, with commas between: 1, 2, loans
admin-counters-wrong = Enter the counters with commas between, as in 1, 2, loans
admin-hidden = Hide from customers
admin-description = Description
admin-branches-hint = Where it is had in person; needed for tokens
admin-letter-hint = A to Z; needed for tokens
admin-letter-wrong = Enter one letter from A to Z
admin-takes = Minutes that it usually takes
admin-takes-hint = What a wait is reckoned by until enough customers were served
admin-chat-hours = Hours of the chat
admin-asks = What its forms ask
admin-door-complain = Complain
admin-door-ask = Ask
admin-door-request = Have something done
admin-door-token = Token for a counter
admin-door-chat = Chat
admin-door-quote = Quote

admin-section-texts = Texts
admin-title-text = Text
admin-title-text-change = Change of the texts
admin-grid-texts = Texts
admin-grid-text-history = What was changed when
admin-col-language = Language
admin-usable = May use
admin-example = With made-up values
admin-example-show = Show with made-up values
admin-as-text = As plain text
admin-as-html = As HTML
admin-done-text = In force: the next mail has the new text

# What an entry of the trail tells: what was done.
admin-told-agent-taken_on = Took somebody on
admin-told-agent-changed = Changed somebody's work
admin-told-customer-taken_on = Took a customer on
admin-told-customer-changed = Changed a customer's record
admin-told-customer-erased = Erased a customer
admin-told-rules-put_in_force = Put policies in force
admin-told-text-changed = Changed a text of mail
admin-told-export = Took an export out
admin-told-catalogue-changed = Changed the catalogue
admin-told-canned-changed = Changed a canned reply
admin-told-canned-removed = Removed a canned reply
admin-told-macro-changed = Changed a macro
admin-told-macro-removed = Removed a macro
admin-told-view-changed = Changed a shared view
admin-told-view-removed = Removed a shared view
admin-told-transaction-looked_up = Looked at a customer's payment
admin-told-file-quarantined = Sent a file that was kept out
admin-told-notice-retried = Had a mail sent again
admin-told-token-made = Made a token
admin-told-token-made_for = Made a token for somebody
admin-told-token-revoked = Revoked a token
admin-told-account-added = Added an account
admin-told-account-registered = Registered
admin-told-account-invited = Invited somebody
admin-told-account-invitation_accepted = Accepted an invitation
admin-told-account-invitation_withdrawn = Withdrew an invitation
admin-told-account-suspended = Suspended an account
admin-told-account-reinstated = Reinstated an account
admin-told-account-role_set = Gave another role
admin-told-account-forgotten = Removed an account
admin-told-account-factor_set_up = Set up a second factor
admin-told-account-factor_removed = Removed a second factor
admin-told-account-factor_reset = Took a second factor back
admin-told-account-recovery_codes_made = Made recovery codes
admin-told-account-password_changed = Changed a password
admin-told-account-password_given = Gave a password
admin-told-account-password_reset = Set a forgotten password anew
admin-told-account-address_changed = Changed an address
admin-told-account-linked = Linked another log-in
admin-told-account-unlinked = Unlinked another log-in
admin-told-account-session_ended = Ended a session
admin-told-account-sessions_ended = Ended sessions

admin-retry = Send again
admin-done-retried = It is sent again within a minute
admin-title-erase = Erase this customer
admin-erase-what = The words of { $cases } cases, files, drafts, name, address and account are gone for good: nobody can bring them back.
admin-erase-stays = What happened and when stays, without a word of theirs, so that the chain can still be checked and reports stay right.
admin-erase-active = { $count ->
    [one] One of their cases is still open. Close it first; a case under legal hold cannot be erased.
   *[other] { $count } of their cases are still open. Close them first; a case under legal hold cannot be erased.
}
admin-erase-sure = They asked for it, and no law bids us keep it
admin-erase-be-sure = Say that no law bids us keep it
admin-erase = Erase for good
admin-flash-erased = The customer is erased

# Pages that are counted.
admin-page-home = Front page
admin-page-services = Services
admin-page-service = A service
admin-page-raise = Complain or ask
admin-page-complain = Complain: about what
admin-page-ask = Ask: about what
admin-page-request = Request: what
admin-page-quote = Quote: for what
admin-page-token = Numbers for a counter
admin-page-chat = Chat
admin-page-cases = Your cases
admin-page-track = Track a case
admin-page-transactions = Payments

# The cases behind a number.
admin-behind-breached-first_response = First answer too late
admin-behind-breached-resolution = Resolved too late
admin-behind-breached-next_response = Answer too late
admin-behind-reopened = Taken up again
admin-behind-rated = Rated
admin-behind-days = { $from } to { $to }

admin-form-name-agent-act = Agents: something done to a case
admin-form-name-agent-note = Agents: an internal note
admin-form-name-agent-quote = Agents: a quotation
admin-form-name-agent-raise = Agents: a case for somebody
admin-form-name-agent-reply = Agents: an answer
admin-form-name-chat = Beginning a chat
admin-form-name-code = Asking for a code
admin-form-name-invitation = Accepting an invitation
admin-form-name-profile = Profile
admin-form-name-raise = Complain or ask
admin-form-name-rate = Rating
admin-form-name-register = Registering
admin-form-name-reply = A message on a case
admin-form-name-reset = Forgotten password
admin-form-name-send = Sending a case
admin-form-name-track = Track a case
