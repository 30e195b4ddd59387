# Chat, on both sides.

chat-title = Chat with us
chat-title-staff = Chats
chat-what = You talk to a person of the bank. What was said comes to you by mail afterwards.
chat-first = What would you like to know?
chat-start = Begin
chat-open = { $count ->
    [0] Somebody is there now
    [one] One person is waiting; { $wait }
   *[other] { $count } people are waiting; { $wait }
}
chat-closed = Nobody is there now: write to us, and we answer by mail
chat-nobody = There is no chat at the moment.
chat-need-service = Choose what it is about
chat-waiting = { $ahead ->
    [0] You are next; { $wait }.
    [one] One person is before you; { $wait }.
   *[other] { $ahead } people are before you; { $wait }.
}
chat-log-in = Log in to chat
chat-typing = { $name } is writing…
chat-with = You are talking to { $name }.
chat-complaint = We go on with this as a complaint. You hear from us by mail.
chat-elsewhere = This goes on as a case. You hear from us by mail.
chat-over = The chat is over. What was said comes to you by mail.
chat-over-unanswered = The chat is over. Nobody had answered yet.
chat-say = Your message
chat-say-hint = Enter sends it, Shift and Enter begin a new line.
chat-end = End the chat
chat-end-sure = End the chat?
chat-as-case = See it among your cases
chat-unsent = What you wrote last was not sent: the chat was over by then.
chat-send-as-case = Send it as a question
chat-over-staff = This chat is over or goes on as a case. Write to the customer on the case.
chat-of-colleague = A colleague has this chat now.
chat-unsent-elsewhere = What you wrote last was not sent: this goes on as a case.
chat-send-to-case = Send it to your case
chat-taking = Chats come to you while this page is open.
chat-taking-unavailable = You take chats, but you are marked as not available: none come to you until that is changed.
chat-leave = Take no more chats
chat-not-taking = No chats come to you. You can still answer one that waits.
chat-take = Take chats
chat-mine = Yours
chat-line = Waiting
chat-none = You have no chat open.
chat-choose = Choose a chat.
chat-customer = Customer
chat-accept = Answer this chat
chat-to-complaint = Make it a complaint
chat-release = Put it back for a colleague

chat-flash-form = Nobody is there to chat now. What you wrote is kept: send it as a question
chat-flash-ended = The chat is over. The transcript goes out by mail
chat-flash-taking = You take chats now
chat-flash-not-taking = You take no more chats
chat-flash-complaint = The chat is a complaint now
chat-flash-released = Put back into the line
chat-flash-late = The chat was over when you sent this. What you wrote is kept: send it as a question
chat-flash-not-now = That was no longer possible: the chat has changed meanwhile. This is how it is now
