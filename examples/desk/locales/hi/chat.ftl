# Chat, on both sides.

chat-title = हमसे चैट करें
chat-title-staff = चैट
chat-what = आप बैंक के किसी व्यक्ति से बात करते हैं। बातचीत बाद में आपको ईमेल से मिलती है।
chat-first = आप क्या जानना चाहते हैं?
chat-start = शुरू करें
chat-open = { $count ->
    [0] अभी कोई मौजूद है
    [one] एक व्यक्ति इंतज़ार में है; { $wait }
   *[other] { $count } लोग इंतज़ार में हैं; { $wait }
}
chat-closed = अभी कोई नहीं है: हमें लिखें, हम ईमेल से जवाब देंगे
chat-nobody = इस समय चैट उपलब्ध नहीं है।
chat-need-service = चुनें कि यह किस बारे में है
chat-waiting = { $ahead ->
    [0] अगली बारी आपकी है; { $wait }।
    [one] आपसे पहले एक व्यक्ति है; { $wait }।
   *[other] आपसे पहले { $ahead } लोग हैं; { $wait }।
}
chat-log-in = चैट के लिए लॉग इन करें
chat-typing = { $name } लिख रहे हैं…
chat-with = आप { $name } से बात कर रहे हैं।
chat-complaint = हम इसे शिकायत के रूप में आगे बढ़ाते हैं। आपको ईमेल से पता चलेगा।
chat-elsewhere = यह एक मामले के रूप में आगे चलता है। आपको ईमेल से पता चलेगा।
chat-over = चैट समाप्त हुई। बातचीत आपको ईमेल से मिलेगी।
chat-say = आपका संदेश
chat-say-hint = एंटर से संदेश जाता है, शिफ़्ट और एंटर से नई पंक्ति शुरू होती है।
chat-end = चैट समाप्त करें
chat-end-sure = चैट समाप्त करें?
chat-as-case = इसे अपने मामलों में देखें
chat-taking = जब तक यह पृष्ठ खुला है, चैट आपके पास आती हैं।
chat-leave = और चैट न लें
chat-taking-unavailable = आप चैट लेते हैं, पर आप अनुपलब्ध दर्ज हैं: जब तक यह नहीं बदलता, कोई चैट आपके पास नहीं आती।
chat-not-taking = आपके पास कोई चैट नहीं आती। प्रतीक्षा में जो है उसका उत्तर आप फिर भी दे सकते हैं।
chat-take = चैट लें
chat-mine = आपकी
chat-line = इंतज़ार में
chat-none = आपकी कोई चैट खुली नहीं है।
chat-choose = कोई चैट चुनें।
chat-customer = ग्राहक
chat-accept = इस चैट का जवाब दें
chat-to-complaint = इसे शिकायत बनाएँ
chat-release = सहकर्मी के लिए वापस रखें

chat-flash-form = अभी चैट के लिए कोई नहीं है। आपका लिखा सुरक्षित है: इसे सवाल के रूप में भेजें
chat-flash-ended = चैट समाप्त हुई। बातचीत ईमेल से भेजी जाती है
chat-flash-taking = अब आप चैट लेते हैं
chat-flash-not-taking = अब आपके पास चैट नहीं आएँगी
chat-flash-complaint = चैट अब एक शिकायत है
chat-flash-released = लाइन में वापस रखा गया
