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
admin-points-up = { $count } points up
admin-points-down = { $count } points down
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
admin-sessions-split = { $staff } of the staff, { $customers } customers
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

admin-cases-total = { $count } cases
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
