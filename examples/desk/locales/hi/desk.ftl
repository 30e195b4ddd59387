# What every part of the site says.

title-home = हम आपकी क्या मदद करें?
title-fault = कुछ ठीक नहीं है

fault-home = मुखपृष्ठ पर जाएँ
fault-other = कुछ ठीक नहीं है
fault-not_found = ऐसा कोई पृष्ठ नहीं है, या वह आपका नहीं है
fault-not_allowed = आपको इसकी अनुमति नहीं है
fault-not_possible = यह अभी संभव नहीं है
fault-stale = किसी ने पहले ही बदल दिया: देखें कि इस बीच क्या हुआ
fault-invalid = कुछ छूट गया है या ठीक नहीं है
fault-try_again = कृपया थोड़ी देर में फिर कोशिश करें
fault-broken = गड़बड़ी हमारी ओर से है। हमें इसकी जानकारी है
fault-form_expired = यह पृष्ठ बहुत देर से खुला था। कृपया इसे फिर से खोलें: आपका मसौदा सुरक्षित है
fault-other_site = यह किसी दूसरी साइट से भेजा गया था और नहीं किया गया
fault-too_many = एक साथ बहुत अधिक। कृपया थोड़ा रुकें
fault-too_large = यह बहुत बड़ा है
fault-method = यह पृष्ठ इसे स्वीकार नहीं करता
fault-sign_in = कृपया पहले लॉग इन करें
fault-token = टोकन मान्य नहीं है

time-now = अभी
time-minutes-ago = { $count } मिनट पहले
time-hours-ago = { $count ->
    [one] { $count } घंटा पहले
   *[other] { $count } घंटे पहले
}
time-days-ago = { $count } दिन पहले
time-in-minutes = { $count } मिनट में
time-in-hours = { $count ->
    [one] { $count } घंटे में
   *[other] { $count } घंटों में
}
time-in-days = { $count ->
    [one] { $count } दिन में
   *[other] { $count } दिनों में
}

title-outbox = इस डेमो की डाक
title-styleguide = पृष्ठ के हिस्से
outbox-what = हर ईमेल जो भेजी जाती, सबसे नई पहले।
outbox-empty = अभी तक कोई ईमेल नहीं है।
