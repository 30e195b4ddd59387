# What every part of the site says.

title-home = How can we help?
title-fault = Something is not right

fault-home = Go to the front page
fault-other = Something is not right
fault-not_found = There is no such page, or it is not yours
fault-not_allowed = You may not do this
fault-not_possible = This is not possible now
fault-stale = Somebody was faster: look at what happened since
fault-invalid = Something is missing or does not fit
fault-try_again = Please try again in a moment
fault-broken = Something is wrong on our side. We know about it
fault-form_expired = This page was open for too long. Please load it again: what you typed as a draft is kept
fault-other_site = This was sent from another site and was not done
fault-too_many = Too much at once. Please wait a moment
fault-too_large = This is too large
fault-method = This page does not take that
fault-sign_in = Please log in first
fault-token = The token is not valid

time-now = now
time-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
time-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
time-in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
time-in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
time-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}

title-outbox = Mail of this demo
title-styleguide = Building blocks
outbox-what = Every mail that the desk would have sent, the latest first.
outbox-empty = There was no mail yet.
