// The relay's traffic on Node with the `ws` package, as simply as it can be written: rooms, a copy of each message to
// every other member, a receipt to its sender. The messages are those of crates/sanctuary-bench/src/dialect/plain.rs.

import { WebSocketServer } from 'ws';

const JOIN = 1;
const MESSAGE = 2;
const RECEIPT = Buffer.alloc(17);
RECEIPT[0] = 3;

const rooms = new Map();

function join(socket, number) {
  if (!rooms.has(number)) {
    rooms.set(number, new Set());
  }
  const room = rooms.get(number);
  room.add(socket);
  socket.on('close', () => room.delete(socket));
  socket.send(Buffer.of(JOIN));
  return room;
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket) => {
  let room;
  socket.on('error', () => socket.terminate());
  socket.on('message', (message) => {
    if (message[0] === JOIN) {
      room = join(socket, message.readUInt32BE(1));
    } else if (message[0] === MESSAGE) {
      for (const other of room) {
        if (other !== socket) {
          other.send(message);
        }
      }
      socket.send(RECEIPT);
    }
  });
});

server.on('listening', () => console.log(`listens on 127.0.0.1:${server.address().port}`));
