import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { InputError, messageOf } from '../../base/errors.ts';

/**
 * Whether several threads can listen on one port (SO_REUSEPORT, from Node 22.12 on, where the system has it): found
 * out by listening twice, since older versions leave the option out without a word.
 */
export async function canSharePort(host: string): Promise<boolean> {
  let first: Server | undefined;
  let second: Server | undefined;
  try {
    first = await listening({ host, port: 0, reusePort: true });
    const { port } = first.address() as AddressInfo;
    second = await listening({ host, port, reusePort: true });
    return true;
  } catch {
    return false;
  } finally {
    first?.close();
    second?.close();
  }
}

/**
 * Finds out by listening whether a server can: before anything is made for it, and alone, since who shares a port would
 * share it also with a server that is not his.
 * @throws InputError when it cannot
 */
export async function requirePort(host: string, port: number): Promise<void> {
  let server: Server;
  try {
    server = await listening({ host, port, exclusive: true });
  } catch (error) {
    throw listenError(error, host, port);
  }
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

/** What whoever chose the host and the port is told. */
export function listenError(error: unknown, host: string, port: number): InputError {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new InputError(`port ${port} of ${host} is in use; 0 takes a free one`);
    case 'EACCES':
      return new InputError(`port ${port} may not be used by this user; take one from 1024 on`);
    case 'EADDRNOTAVAIL':
      return new InputError(`${host} is no address of this machine`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new InputError(`there is no address for the host ${host}`);
    default:
      return new InputError(`cannot listen on port ${port} of ${host}: ${messageOf(error)}`);
  }
}

function listening(options: ListenOptions & { readonly reusePort?: boolean }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(options, () => resolve(server));
  });
}
