import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Named Unix sockets that FFmpeg writes its outputs to; each takes one connection. */
export interface ListeningSockets<Name extends string> {
  readonly paths: Readonly<Record<Name, string>>;
  /** Resolves when FFmpeg has connected. */
  readonly connections: Readonly<Record<Name, Promise<net.Socket>>>;
  /** Ends the connections and removes the sockets. Repeatable. */
  readonly close: () => Promise<void>;
}

/** Listens on one socket a name, in a private folder of the system's temporary folder. */
export async function listenOnSockets<Name extends string>(names: readonly Name[]): Promise<ListeningSockets<Name>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-av-'));
  const listening = await Promise.all(names.map((name) => listenOn(path.join(folder, name))));
  return {
    paths: byName(names, (index) => listening[index].path),
    connections: byName(names, (index) => listening[index].connection),
    close: async () => {
      for (const { close } of listening) close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function byName<Name extends string, Value>(names: readonly Name[], at: (index: number) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name, index) => [name, at(index)])) as Record<Name, Value>;
}

interface Listening {
  readonly path: string;
  readonly connection: Promise<net.Socket>;
  readonly close: () => void;
}

async function listenOn(file: string): Promise<Listening> {
  const server = net.createServer();
  let socket: net.Socket | null = null;
  const connection = new Promise<net.Socket>((resolve) => {
    server.once('connection', (connected) => {
      socket = connected;
      connected.on('error', () => connected.destroy());
      server.close();
      resolve(connected);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  return {
    path: file,
    connection,
    close: () => {
      socket?.destroy();
      if (server.listening) server.close();
    },
  };
}
