# पर्यवेक्षक और प्रशासक जो देखते हैं।

admin-sections = डेस्क का संचालन
admin-section-overview = सारांश
admin-section-complaints = शिकायतें
admin-section-work = किया गया काम
admin-section-people = लोग
admin-section-teams = टीमें और कतारें
admin-section-access = कौन क्या कर सकता है

admin-title-overview = डेस्क का हाल
admin-title-cases = मामले
admin-title-complaints = शिकायत रिपोर्ट
admin-title-work = किया गया काम
admin-title-people = लोग
admin-title-person = व्यक्ति
admin-title-invite = सहकर्मी को बुलाएँ
admin-title-teams = टीमें और कतारें
admin-title-access = कौन क्या कर सकता है

admin-as-of = इस समय तक
admin-counting = आँकड़े पहली बार गिने जा रहे हैं; कुछ अभी बाकी हैं।
admin-period = अवधि
admin-days = { $count ->
    [one] पिछला दिन
   *[other] पिछले { $count } दिन
}
admin-from = से
admin-to = तक (यह दिन भी)
admin-by = किसके अनुसार
admin-show = दिखाएँ
admin-save = सहेजें
admin-nothing = यहाँ कुछ नहीं है।
admin-none-yet = अभी कोई नहीं
admin-any = कोई भी
admin-all = सभी
admin-nobody = कोई नहीं
admin-not-given = नहीं बताया
admin-yes = हाँ
admin-no = नहीं
admin-why = क्यों
admin-language = भाषा

admin-figure-arrivals = प्राप्त मामले
admin-figure-backlog = खुले मामले
admin-figure-late = समय-सीमा के पार
admin-figure-first-response = पहला उत्तर समय पर
admin-figure-resolution = समाधान समय पर
admin-figure-reopened = दोबारा खुले
admin-figure-satisfaction = संतुष्ट ग्राहक
admin-figure-counters = काउंटर पर प्रतीक्षा में
admin-figure-visits = पेज विज़िट
admin-figure-users = उपयोगकर्ता
admin-figure-sessions = अभी साइन इन
admin-trend-note = पिछले { $days } दिनों की तुलना में।
admin-trend-more = पहले से { $count } अधिक
admin-trend-less = पहले से { $count } कम
admin-trend-same = पहले जैसा
admin-points-up = { $count } अंक ऊपर
admin-points-down = { $count } अंक नीचे
admin-oldest = { $days ->
    [one] सबसे पुराना: एक दिन
   *[other] सबसे पुराना: { $days } दिन
}
admin-of-resolutions = समाधानों का { $percent } %
admin-ratings = { $count ->
    [one] एक रेटिंग
   *[other] { $count } रेटिंग
}
admin-met-of = { $all } में से { $met }
admin-sessions-split = { $staff } कर्मचारी, { $customers } ग्राहक
admin-minutes = { $count } मिनट

admin-chart-flow = प्राप्त और सुलझे, दिन-प्रतिदिन
admin-chart-raised = प्राप्त
admin-chart-resolved = सुलझे
admin-chart-ages = खुले मामले, आयु के अनुसार
admin-chart-open = खुले
admin-chart-kept = समाधान के लक्ष्य, दिन-प्रतिदिन
admin-chart-met = समय पर
admin-chart-breached = देर से
admin-chart-roles = भूमिका के अनुसार उपयोगकर्ता
admin-chart-accounts = सक्रिय खाते
admin-chart-complaints = स्थिति के अनुसार शिकायतें
admin-age-under = { $to ->
    [one] एक दिन से कम
   *[other] { $to } दिन से कम
}
admin-age-between = { $from } से { $to } दिन
admin-age-over = { $from } दिन और अधिक

admin-grid-cases = मामले
admin-grid-counters = काउंटर अभी
admin-grid-visits = देखे गए पेज
admin-grid-wanted = ग्राहक किसलिए आए
admin-grid-users = उपयोगकर्ता और सत्र
admin-grid-complaints = शिकायतें
admin-grid-work = किया गया काम
admin-grid-people = लोग
admin-grid-invitations = खुले निमंत्रण
admin-grid-sessions = सत्र
admin-grid-queues = कतारें
admin-grid-staff = कर्मचारी
admin-grid-teams = टीमों की मेल
admin-grid-verbs = किसी मामले पर
admin-grid-rights = पूरे डेस्क पर
admin-grid-manages = कौन किसे बुला, बदल और निलंबित कर सकता है

admin-col-case = मामला
admin-col-subject = विषय
admin-col-kind = प्रकार
admin-col-service = सेवा
admin-col-status = स्थिति
admin-col-with = किसके पास
admin-col-received = प्राप्त
admin-col-deadline = अगली समय-सीमा
admin-col-why = क्यों
admin-col-branch = शाखा
admin-col-waiting = प्रतीक्षा में
admin-col-open-counters = काउंटर
admin-col-wait = प्रतीक्षा
admin-col-page = पेज
admin-col-visits = विज़िट
admin-col-pending = अब भी खुले
admin-col-role = भूमिका
admin-col-active = सक्रिय
admin-col-suspended = निलंबित
admin-col-reopened = कभी दोबारा खुले
admin-col-what = क्या
admin-col-raised = दर्ज
admin-col-resolved = सुलझे
admin-col-closed = बंद
admin-col-replies = उत्तर
admin-col-first-met = पहला उत्तर समय पर
admin-col-first-breached = देर से
admin-col-first-share = हिस्सा
admin-col-resolution-met = समाधान समय पर
admin-col-resolution-breached = देर से
admin-col-resolution-share = हिस्सा
admin-col-ratings = रेटिंग
admin-col-satisfied = संतुष्ट
admin-col-name = नाम
admin-col-email = ई-मेल पता
admin-col-state = दशा
admin-col-factor = दूसरा प्रमाण
admin-col-seen = पिछली बार
admin-col-created = कब से
admin-col-invited = बुलाया गया
admin-col-until = तब तक मान्य
admin-col-action = कार्रवाई
admin-col-browser = ब्राउज़र
admin-col-source = कहाँ से
admin-col-since = कब से
admin-col-queue = कतार
admin-col-services = सेवाएँ
admin-col-allocation = बाँटने का तरीका
admin-col-who = कौन सँभालता है
admin-col-available = उपलब्ध
admin-col-queues = कतारें
admin-col-skills = कौशल
admin-col-cases = एक साथ मामले
admin-col-live = एक साथ प्रतीक्षारत लोग
admin-col-team = टीम
admin-col-verb = कार्य
admin-col-right = अधिकार

admin-by-service = उत्पाद
admin-by-month = महीना
admin-by-whole = कुछ नहीं
admin-by-day = दिन
admin-by-kind = प्रकार
admin-by-channel = माध्यम
admin-by-agent = एजेंट
admin-field-branch = शाखा
admin-field-cause = कारण

admin-kind-complaint = शिकायत
admin-kind-query = प्रश्न
admin-kind-request = अनुरोध
admin-kind-service = काउंटर
admin-kind-quote = भाव
admin-status-new = नया
admin-status-open = खुला
admin-status-waiting_for_customer = ग्राहक की प्रतीक्षा
admin-status-waiting_for_third_party = दूसरों की प्रतीक्षा
admin-status-resolved = सुलझा
admin-status-closed = बंद
admin-role-customer = ग्राहक
admin-role-agent = एजेंट
admin-role-supervisor = पर्यवेक्षक
admin-role-admin = प्रशासक
admin-role-service = प्रोग्राम
admin-role-system = स्वयं डेस्क
admin-state-active = सक्रिय
admin-state-suspended = निलंबित
admin-reach-never = –
admin-reach-own = अपने
admin-reach-served = अपनी कतारें
admin-reach-any = सभी
admin-claimed = जो ले ले

admin-cases-total = { $count } मामले
admin-narrowed-days = { $from } से { $to } तक प्राप्त
admin-sessions-customer = ग्राहकों के सत्र
admin-sessions-staff = कर्मचारियों के सत्र
admin-sessions-visitor = बिना साइन इन के आगंतुक

admin-sheet = यह तालिका साथ ले जाएँ (CSV)
admin-definitions = आँकड़ों का अर्थ
admin-definition-received = प्राप्त: इन दिनों बैंक तक पहुँची शिकायतें, अब चाहे जहाँ हों। जो किसी दूसरे मामले में जुड़ गईं, वे भी गिनी जाती हैं।
admin-definition-status = स्थिति बताती है कि ये शिकायतें अब कहाँ हैं, तब कहाँ थीं यह नहीं।
admin-definition-closed = बंद में वे शिकायतें भी हैं जो किसी दूसरे मामले में जुड़ गईं।
admin-definition-reopened = कभी दोबारा खुले: जो कम से कम एक बार फिर उठाई गईं; हर एक एक बार गिनी जाती है।
admin-definition-rows = हर शिकायत एक पंक्ति में गिनी जाती है: उसके अभी के उत्पाद, कारण और शाखा के अनुसार।
admin-definition-raised = दर्ज: इस समय में डेस्क में डाले गए मामले।
admin-definition-met = समय पर: समय-सीमा से पहले पूरे हुए लक्ष्य, जहाँ नीति कहे वहाँ काम के घंटों में।
admin-definition-breached = देर से: जिनकी समय-सीमा इस समय में बीती और जो पूरे नहीं हुए थे।
admin-definition-satisfied = संतुष्ट: 4 और 5 रेटिंग का हिस्सा।

admin-find = नाम या ई-मेल पता
admin-find-hint = नाम की शुरुआत, या पूरा पता
admin-withdraw = वापस लें
admin-withdraw-sure = यह निमंत्रण वापस लें?
admin-work = काम
admin-load = { $of_cases } में से { $cases } मामले, { $of_live } में से { $live } प्रतीक्षारत लोग।
admin-their-cases = इनके मामले
admin-skills-hint = हर कौशल 1 से 5 के स्तर के साथ, जैसे: cards 5, loans 2
admin-skills-wrong = हर कौशल 1 से 5 के स्तर के साथ लिखें, जैसे: cards 5, loans 2
admin-number-wrong = पूर्ण संख्या लिखें
admin-capacity-hint = इस तरह का काम न हो तो खाली या 0
admin-available = नया काम दिया जा सकता है
admin-back-to-queues = वापस कतारों में
admin-hand-over-to = खुले मामले किसे सौंपें
admin-hand-over-hint = जो कतार यह सहकर्मी नहीं सँभालता, उसके मामले कतार में लौटते हैं
admin-actions = खाता
admin-set-role = यह भूमिका दें
admin-reset-factor = दूसरा प्रमाण हटाएँ
admin-reset-factor-sure = दूसरा प्रमाण हटाएँ? सभी सत्र समाप्त होंगे, और अगली बार नया प्रमाण बनेगा।
admin-end-sessions = सभी सत्र समाप्त करें
admin-end-sessions-sure = इस व्यक्ति को हर जगह से साइन आउट करें?
admin-suspend = निलंबित करें
admin-reinstate = फिर साइन इन करने दें
admin-not-yours = प्रशासकों के खाते केवल प्रशासक बदलते हैं।
admin-role-wrong = कर्मचारियों की कोई भूमिका चुनें
admin-invite = निमंत्रण भेजें
admin-invite-text = उन्हें ई-मेल से सात दिन तक मान्य लिंक मिलता है, और वे अपना पासवर्ड और दूसरा प्रमाण स्वयं चुनते हैं।
admin-done-work = सहेजा गया
admin-done-suspended = निलंबित। खुले मामले सौंप दिए गए।
admin-done-reinstated = यह व्यक्ति फिर साइन इन कर सकता है
admin-done-role = भूमिका बदल दी गई
admin-done-factor = दूसरा प्रमाण हटा दिया गया
admin-done-sessions = सभी सत्र समाप्त कर दिए गए
admin-done-invited = निमंत्रण भेज दिया गया
admin-done-withdrawn = निमंत्रण वापस लिया गया

admin-expected = अपेक्षित: { $what }
admin-stale = जब आप देख रहे थे, किसी और ने इसे बदल दिया। आपका लिखा यहीं है; उनका देखने के लिए पेज फिर लोड करें।
admin-not-possible = यह अभी संभव नहीं: { $why }
admin-account-not_yourself = आप अपने ही खाते पर यह नहीं कर सकते
admin-account-last_admin = डेस्क चलाने वाला कोई और नहीं: पहले दूसरा प्रशासक बनाएँ
admin-account-email_taken = इस पते से पहले ही किसी का खाता है
admin-account-tokens_full = टोकन बहुत हैं: पहले वे हटाएँ जिन्हें कोई काम में नहीं लेता
