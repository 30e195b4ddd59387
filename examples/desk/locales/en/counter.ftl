# Tokens, walls and counters.

counter-title-branch = At which branch?
counter-title-service = What for?
counter-title-token = Your token
counter-title-wall = Now serving
counter-title-counter = Counter

counter-wait = { $to ->
    [0] hardly any wait
   *[other] about { $minutes } minutes, most likely { $from } to { $to }
}
counter-ahead = { $count ->
    [0] Nobody is before you
    [one] One person is before you
   *[other] { $count } people are before you
}
counter-wait-unknown = wait not known yet
counter-take = Take a token
counter-held = You hold number { $number }: see when it is your turn
counter-closed = The branch is closed now.
counter-no-services = No tokens are given here.
counter-not-now = This is not possible now: the branch is closed, or you hold a token for this already.
counter-see-wall = See which numbers are being served
counter-leave = Leave the line
counter-leave-sure = Leave the line? Your number is not called any more.
counter-another = Take another token
counter-stay = Keep this page open: it changes by itself when your number is called.

counter-yours = you are here
counter-taken = taken
counter-line = Waiting
counter-line-empty = Nobody is waiting
counter-walk-in = For somebody who stands here
counter-give = Give a token
counter-given = Token { $number } was given. Tell its number to the customer.
counter-slip = Open or print the slip
counter-slip-code = A code that the customer’s telephone reads: the page of their number
counter-which = Which services do you call?
counter-which-hint = None ticked: all that you serve.
counter-open = Open this counter
counter-close = Leave this counter
counter-close-theirs = Close this counter
counter-close-sure = Leave? What was put aside goes back into the line.
counter-colleague = A colleague sits here.
counter-waits-since = waiting since
counter-called = { $count ->
    [one] called once
   *[other] called { $count } times
}
counter-told = What the customer is told by mail
counter-serve = Served
counter-recall = Call again
counter-no-show = Did not come
counter-hold = Put aside
counter-transfer-to = To another line
counter-transfer = Transfer
counter-nobody-here = Nobody is at the counter.
counter-next = Call the next one
counter-put-aside = Put aside
counter-back = Is back: call
counter-calls = You call:

counter-flash-left = You left the line
counter-flash-open = The counter is open
counter-flash-closed = The counter is closed
counter-flash-nobody = Nobody is waiting
counter-flash-recalled = Called again
counter-flash-no-show = Put back into the line, or taken out if it was the second time
counter-flash-held = Put aside
counter-flash-transferred = Transferred
counter-flash-served = Served
counter-flash-not-now = This is not possible now: look at the line as it is
