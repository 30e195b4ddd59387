# The customer's pages.

home-complain = Complain
home-complain-text = Something went wrong. We answer every complaint by a date that we tell you.
home-ask = Ask
home-ask-text = A question about your account, a card, a loan.
home-token = Get a service or a token
home-token-text = Take a number before you come, and see how long the line is.
home-track = Track
home-track-text = See how far your case is, with or without an account.
home-services = All services
home-quote = Ask for a quote
home-chat = Chat with us
home-transactions = What became of a payment
home-branches = Branches

customer-title-services = Services
customer-title-service = Service
customer-title-raise = What would you like to do?
customer-title-about = What is it about?
customer-title-what = Tell us about it
customer-title-check = Check your answers
customer-title-cases = Your cases
customer-title-case = Your case
customer-title-received = We have received it
customer-title-rate = How did we do?

customer-open = Open
customer-closed = Closed
customer-until = until
customer-opens = opens
customer-waiting = { $count ->
    [0] Nobody is waiting
    [one] One person is waiting
   *[other] { $count } people are waiting
}
customer-at-branches = At our branches, with a token
customer-wait-from = { $count ->
    [0] no wait
    [one] from a minute of waiting
   *[other] from { $count } minutes of waiting
}
customer-takes = { $count ->
    [one] usually takes one minute
   *[other] usually takes { $count } minutes
}

customer-door-complain = Complain
customer-door-complain-text = Something was not right.
customer-door-ask = Ask
customer-door-ask-text = You would like to know something.
customer-door-request = Have something done
customer-door-request-text = A change, a copy, a closing.
customer-door-quote = Ask for a quote
customer-door-quote-text = What it would cost you.
customer-door-token = Take a token
customer-door-token-text = Come to a counter when it is your turn.
customer-door-chat = Chat
customer-door-chat-text = Talk to somebody now.

customer-kind-complaint = Complaint
customer-kind-query = Question
customer-kind-request = Request
customer-kind-service = Counter
customer-kind-quote = Quote

customer-begun = You have begun to write to us
customer-discard = Throw it away
customer-not-offered = no longer offered
customer-not-sure = If you are not sure, choose what comes nearest. We find the right people.
customer-im-not-sure = I am not sure
customer-kind = What
customer-service = About
customer-subject = In a few words
customer-subject-hint = For example: { $door ->
    [ask] how do I change my address
    [quote] a loan for a flat
   *[other] my card was charged twice
}
customer-text = What is it about, and what should we do?
customer-text-hint = Leave out passwords, PINs and full card numbers: nobody here needs them.
customer-amount = How much money is it about?
customer-amount-hint = For example 1,499.00. Leave it empty if it is not about an amount.
customer-optional = You can leave this empty.
customer-date-hint = For example 5 3 2026. You can leave this empty.
customer-files = Files
customer-files-hint = Pictures, PDF, office documents or text; at most { $count } files. You can also send them later.
customer-reach = We answer here and by mail to { $email }.
customer-continue = Continue
customer-send = Send

customer-need-subject = Say in a few words what it is about
customer-need-text = Write what it is about
customer-need-score = Choose how it was
customer-too-long = Write at most { $count } characters
customer-text-long = This is too long to be sent in one go
customer-bad-amount = Enter an amount in figures, as 1,499.00
customer-bad-date = Enter a day that exists, as 5 3 2026
customer-bad-answer = Enter this in figures, or leave it empty
customer-file-empty = One of the files is empty
customer-file-large = A file may have at most { $megabytes } MB
customer-file-type = Send pictures (PNG, JPEG, GIF, WebP, HEIC), PDF, Word, Excel, OpenDocument or plain text
customer-file-broken = One of the files is damaged. Open it on your device, save it anew and send that

customer-cases-open = Open
customer-cases-closed = Closed
customer-cases-none = There is nothing here.
customer-changed = changed
customer-erased = Erased

customer-status-received = Received
customer-status-open = Being looked at
customer-status-yours = Waiting for your answer
customer-status-answered = Answered
customer-status-closed = Closed

customer-step-received = Received
customer-step-looked-at = Being looked at
customer-step-answered = Answered
customer-step-closed = Closed
customer-by = by { $day }
customer-promised = You hear from us by
customer-waits-for-you = We need something from you to go on: please read our last message and answer below.

customer-conversation = Messages
customer-you = You
customer-reply = Write to us
customer-send-reply = Send
customer-quotation = Our price: { $amount }
customer-quotation-until = You can accept it until { $day }.
customer-quotation-accept = Accept this price
customer-quotation-accept-sure = Accept { $amount }? With that it is agreed.
customer-quotation-decline = Decline
customer-quotation-decline-sure = Decline { $amount }? Your request ends with that.
customer-quotation-accepted = You accepted { $amount }.
customer-unsent = What you wrote here was not sent: nothing can be added to this case any more.
customer-writing-reopens = We have answered. If you write here, we take the case up again.
customer-closes = Unless you take it up again, it is closed on
customer-what-now = What would you like to do?
customer-solved = This solved it
customer-reopen = It is not solved: take it up again
customer-reopen-why = What is still open? You can leave this empty.
customer-reopen-do = Take it up again
customer-withdraw = Take it back
customer-withdraw-sure = Take this case back? We stop working on it.
customer-rate = Rate our answer
customer-you-rated = You gave us { $score } of 5.
customer-yes = Yes
customer-no = No

customer-did-raise = You brought this to us.
customer-did-attach = A file was added.
customer-did-wait = We wait for an answer.
customer-did-resume = We go on.
customer-did-resolve-upheld = Answered: you were right.
customer-did-resolve-partly_upheld = Answered: you were right in part.
customer-did-resolve-rejected = Answered: we see it differently.
customer-did-resolve-answered = Answered.
customer-did-resolve-withdrawn = You took it back.
customer-did-reopen = Taken up again.
customer-did-close = Closed.
customer-did-convert = We treat this as another kind of case now. The date on which we received it stays.
customer-did-merge = This goes on in another case.
customer-did-rate = You rated our answer.

customer-your-reference = Your reference
customer-next = What happens next
customer-next-by = Somebody looks at it, and you hear from us by
customer-next-soon = Somebody looks at it, and you hear from us.
customer-next-mail = We have sent a confirmation to { $email }.
customer-follow = Follow your case

customer-how-was-it = How was our answer?
customer-rate-text = Would you like to tell us more?
customer-send-rating = Send

customer-flash-sent = Your message was sent
customer-flash-file-refused = We have what you wrote, but not every file: one was held back as it may do harm. You can send another on the page of the case
customer-flash-file-later = We have what you wrote, but not every file: not all could be taken just now. Send them again on the page of the case
customer-flash-file-not-taken = We have what you wrote, but not every file: one is not of a kind that we take, or the case takes no more
customer-flash-changed = We have not sent it yet: your answers have changed since you checked them. Check them again, and add your files again
customer-flash-reopened = We take it up again
customer-flash-solved = Thank you. The case is closed
customer-flash-accepted = You accepted the price. We go on with it
customer-flash-declined = You declined the price
customer-flash-other-price = The price is another by now, or its day is over: please look again
customer-flash-withdrawn = You took the case back
customer-flash-rated = Thank you for your rating
customer-flash-not-rated = This case cannot be rated now
customer-moved-on = That was no longer possible: the case has changed meanwhile. This is how it is now
customer-files-not-sent = Your files were not sent: choose them again

field-branch = Branch
field-cause = Cause
field-happened-on = When did it happen?
field-term = Over how many months?
field-token = Token
field-transaction = Reference of the transaction, if you have it

customer-title-transactions = What became of a payment?
customer-transaction-reference = Reference of the transaction
customer-transaction-hint = It stands on your statement or in the message that you got.
customer-transaction-look = Look it up
customer-transaction-none = We find no such transaction of yours.
customer-transaction-bad = Enter the reference as it stands on your statement.
customer-transaction-later = We cannot look this up now. Please try again later, or ask us.
customer-transaction-status = What became of it
customer-transaction-amount = Amount
customer-transaction-at = Ordered
customer-transaction-wrong = Something is wrong with it: tell us
customer-about-payment = Payment { $payment }
customer-transaction-debit = paid by you
customer-transaction-credit = paid to you
customer-transaction-pending = On its way
customer-transaction-settled = Arrived
customer-transaction-rejected = Refused: no money moved
customer-transaction-cancelled = Cancelled
customer-transaction-returned = Came back
