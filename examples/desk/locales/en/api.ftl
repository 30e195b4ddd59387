# What went wrong with a request of a program.

fault-scope = The token may not be used for this
fault-media_type = This is not taken in this form

title-problems = What went wrong
problems-what = Programs that work with this desk are told what went wrong by a code that does not change. This is what each means, and what to do.
problems-document = All operations, as an OpenAPI document
problem-token = Send a token that an admin made here, as Authorization: Bearer, and see whether it has run out or was revoked.
problem-scope = The detail names the scope. Have an admin make a token that has it.
problem-not_found = Look at the reference or the id. What the program may not know of answers in the same way.
problem-not_allowed = The desk does not let programs do this. Trying again does not help.
problem-not_possible = The detail says why, and what can be done instead. A closed ticket is reopened before it is answered.
problem-stale = The ticket moved on since the version in If-Match. Read it again, look at what happened, and decide again.
problem-invalid = The field is the part of the request that does not fit, the detail what it has to be. An idempotency key that was used for something else is also told so.
problem-media_type = The detail names the media type that is taken.
problem-method = The header Allow names the methods that there are at this address.
problem-too_large = The detail names the most that is taken.
problem-too_many = Wait as many seconds as Retry-After says. The header RateLimit tells how much may still be asked.
problem-try_again = Nothing changed. Wait as long as Retry-After says, and send the same under the same idempotency key.
problem-broken = Something is wrong with the desk itself. Tell whoever runs it.
