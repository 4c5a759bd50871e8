import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface TestHost {
  url: string;
  /** Every request, with the times it was under way (epoch ms). */
  requests: { path: string; headers: IncomingMessage['headers']; from: number; to: number }[];
  close(): Promise<void>;
}

/** An HTTP server on loopback that answers with `answer` and remembers what it was asked. */
export async function startHost(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<TestHost> {
  const requests: TestHost['requests'] = [];
  const server = createServer((request, response) => {
    const seen = { path: request.url ?? '', headers: request.headers, from: Date.now(), to: Number.POSITIVE_INFINITY };
    requests.push(seen);
    response.on('close', () => {
      seen.to = Date.now();
    });
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
