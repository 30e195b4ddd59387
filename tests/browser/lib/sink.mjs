// A mail server that takes everything and keeps it.
import { SMTPServer } from "smtp-server";

/** The text of a mail: its plain part, decoded as far as our mails need it. */
function read(raw) {
  const soft = raw.replace(/=\r\n/g, "");
  const text = /quoted-printable/i.test(raw) ? Buffer.from(soft.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1").toString("utf8") : raw;
  const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/im.exec(raw)?.[1] ?? "";
  return { text, subject, raw };
}

export async function startSink() {
  const mails = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, session, done) {
      const parts = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("end", () => {
        mails.push({ to: session.envelope.rcptTo.map((one) => one.address), ...read(Buffer.concat(parts).toString("latin1")) });
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    mails,
    env: {
      CRDESK_MAIL__HOST: "127.0.0.1",
      CRDESK_MAIL__PORT: String(server.server.address().port),
      CRDESK_MAIL__SECURITY: "clear",
      CRDESK_MAIL__FROM: "Example Bank <care@bank.example>",
    },
    /** The mail to this address that holds this, waited for. */
    async mail(to, holds) {
      for (let tries = 0; tries < 300; tries += 1) {
        const found = mails.findLast((mail) => mail.to.includes(to) && holds.test(mail.text));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no mail to ${to} with ${holds}; there are ${mails.map((mail) => `${mail.to}: ${mail.subject}`).join("; ")}`);
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
