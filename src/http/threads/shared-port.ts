import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';

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

/** Whether nobody listens on a port: who shares one would share it also with a server that is not his. */
export async function isFree(host: string, port: number): Promise<boolean> {
  if (port === 0) return true;
  try {
    const server = await listening({ host, port, exclusive: true });
    await new Promise((resolve) => {
      server.close(resolve);
    });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE';
  }
}

function listening(options: ListenOptions & { readonly reusePort?: boolean }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(options, () => resolve(server));
  });
}
