import { Writable } from 'node:stream';
import { Command } from 'ioredis';

/**
 * `SET key bytes PX ttlMs` without a copy: ioredis joins a command with a buffer into one new buffer, this one hands the pieces to the
 * socket, which sends them together. The bytes must stay as they are until the reply, since a lost connection sends them again.
 */
export class SetBytes extends Command {
  private readonly head: string;
  private readonly bytes: Buffer;
  private readonly tail: string;

  constructor(key: string, bytes: Buffer, ttlMs: number) {
    const ttl = String(ttlMs);
    super('set', [key, bytes, 'PX', ttl]);
    this.head = `*5\r\n$3\r\nset\r\n$${Buffer.byteLength(key)}\r\n${key}\r\n$${bytes.length}\r\n`;
    this.bytes = bytes;
    this.tail = `\r\n$2\r\nPX\r\n$${ttl.length}\r\n${ttl}\r\n`;
  }

  /** ioredis calls this when it writes the command to `socket`, and writes what is returned right after. */
  override toWritable(socket: object): string | Buffer {
    if (!(socket instanceof Writable)) return super.toWritable(socket);
    socket.cork();
    socket.write(this.head);
    socket.write(this.bytes);
    process.nextTick(() => {
      socket.uncork();
    });
    return this.tail;
  }
}
