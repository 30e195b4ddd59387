# Help, and how accessible the site is.

title-help = Help
help-raise = Complain or ask
help-raise-text = Tell us in small steps what happened. You can stop at any time: what you have written is kept as a draft. At the end you get a reference and the date by which we answer.
help-track = See how far it is
help-track-text = With an account, your cases are under your name. Without one, give the reference and your e-mail address: we send you a link.
help-account = Your account
help-account-text = If you have forgotten your password, ask for a link on the sign-in page. We never see your password and nobody of the bank asks for it.
help-branch = Visit a branch
help-branch-text = Take a token before you come and see how long the line is. We call your number at the branch and on the token's page.
help-safe = Stay safe
help-safe-text = Do not write card numbers, PINs, passwords or one-time codes in a message. We do not need them.
help-link-complain = Make a complaint
help-link-ask = Ask a question
help-link-services = Services, branches and hours

title-accessibility = Accessibility
accessibility-aim = { $bank } wants everybody to be able to use this site. It is made to meet the Web Content Accessibility Guidelines 2.2 at level AA.
accessibility-keyboard = Everything can be done with a keyboard alone, and you always see where you are.
accessibility-reader = Pages have headings, labels and messages that a screen reader reads in order.
accessibility-size = You can zoom to 400 % and use a screen 320 pixels wide without scrolling sideways.
accessibility-colours = There are light and dark colours, nothing is said by colour alone, and the colours of your device are respected.
accessibility-script = Every page works without scripts; only changes that show by themselves need them.
accessibility-time = Before you are signed out you are asked whether you want more time. What you have typed is kept.
accessibility-language = The site is there in English and in Hindi.
accessibility-tested = How it is tested
accessibility-tested-text = Every page is checked with axe-core in a real browser, in light and dark colours, on a narrow and a wide screen, and the main tasks are done by keyboard alone.
accessibility-tell = Tell us what does not work
accessibility-tell-text = If something is hard to use, tell us. We treat it as a complaint and answer by a date.
