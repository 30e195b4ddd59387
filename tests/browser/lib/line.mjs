// The line between a browser and the desk. It can be cut, and it can lose an answer on the way back: the desk
// has done what was asked, and the browser hears nothing of it.
import { createServer, request as ask } from "node:http";

export async function startLine(target) {
  const { hostname, port } = new URL(target);
  const sockets = new Set();
  const line = { posted: [], down: false, loses: undefined };
  const server = createServer((request, response) => {
    if (line.down) return request.socket.destroy();
    if (request.method === "POST") line.posted.push(request.url);
    const loses = request.method === "POST" && line.loses?.test(request.url);
    const onward = ask({ hostname, port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      if (loses) {
        line.loses = undefined;
        answer.resume();
        return request.socket.destroy();
      }
      response.writeHead(answer.statusCode, answer.rawHeaders);
      // A stream's first event may be long in coming; that it is open is told at once.
      response.flushHeaders();
      return answer.pipe(response);
    });
    onward.on("error", () => request.socket.destroy());
    response.on("close", () => onward.destroy());
    return request.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  line.base = `http://127.0.0.1:${server.address().port}`;
  line.cut = () => {
    line.down = true;
    for (const socket of sockets) socket.destroy();
  };
  line.mend = () => (line.down = false);
  line.stop = () => {
    line.cut();
    return new Promise((resolve) => server.close(resolve));
  };
  return line;
}
