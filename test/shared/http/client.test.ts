import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.js';
import { addressRule } from '../../../src/shared/http/addresses.js';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../src/shared/http/client.js';
import { type HostGate, openGate } from '../../../src/shared/http/gate.js';
import { memoryRobots } from '../../../src/shared/http/robots.js';
import { startHost, type TestHost } from '../../support/http.js';

const open: (TestHost | HttpClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function client(
  over: Partial<Parameters<typeof createHttpClient>[0]> = {},
  gate = openGate,
  clock = systemClock,
): HttpClient {
  const settings = {
    userAgent: 'Test/1.0 (+mailto:desk@example.org)',
    allowAddresses: ['127.0.0.0/8'],
    maxRedirects: 5,
    deadlineMs: 1_500,
    hostGapMs: 0,
    maxPauseSeconds: 86_400,
    ...over,
  };
  const made = createHttpClient(settings, { gate, robots: memoryRobots(), clock });
  open.push(made);
  return made;
}

async function host(answer: Parameters<typeof startHost>[0]): Promise<TestHost> {
  const made = await startHost(answer);
  open.push(made);
  return made;
}

const asked = (url: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  member: 'test',
  accept: '*/*',
  maxBytes: 100_000,
  robots: false,
  ...over,
});

describe('addressRule', () => {
  const rule = addressRule(['10.1.0.0/16', 'fd00:1::/32']);
  it.each([
    ['8.8.8.8', true],
    ['2001:4860:4860::8888', true],
    ['10.1.2.3', true],
    ['fd00:1::5', true],
    ['10.2.0.1', false],
    ['127.0.0.1', false],
    ['169.254.169.254', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['::1', false],
    ['::ffff:127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['fe80::1', false],
    ['fd00:2::1', false],
  ])('%s may be asked: %s', (address, allowed) => expect(rule(address)).toBe(allowed));
});

describe('the HTTP client', () => {
  it('says who it is and decodes what was compressed', async () => {
    const there = await host((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'));
    });
    const got = await client().get(asked(there.url));
    expect(Buffer.from(got.body).toString()).toBe('hello');
    expect(there.requests[0]?.headers['user-agent']).toBe('Test/1.0 (+mailto:desk@example.org)');
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://2130706433:PORT/',
  ])('opens no connection to a private address: %s', async (form) => {
    const there = await host((_request, response) => response.end('secret'));
    const url = form.replace('PORT', new URL(there.url).port);
    await expect(client({ allowAddresses: [] }).get(asked(url))).rejects.toMatchObject({
      code: 'http/blocked-address',
    });
    expect(there.requests).toHaveLength(0);
  });

  it('checks the address of every redirect', async () => {
    const there = await host((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });
    await expect(client().get(asked(there.url))).rejects.toMatchObject({ code: 'http/blocked-address' });
  });

  it('follows five redirects and not six', async () => {
    const there = await host((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(301, { location: `/${left - 1}` }).end();
    });
    const got = await client().get(asked(`${there.url}/5`));
    expect(got).toMatchObject({ status: 200, url: `${there.url}/0`, movedTo: `${there.url}/0` });
    await expect(client().get(asked(`${there.url}/6`))).rejects.toMatchObject({ code: 'http/too-many-redirects' });
  });

  it('sends a form, again where a redirect says 307 or 308, and goes nowhere with it after others', async () => {
    const forms: string[] = [];
    const there = await host(async (request, response) => {
      const form = await text(request);
      forms.push(`${request.method} ${request.url} ${request.headers['content-type']?.split(';', 1)[0]} ${form}`);
      const status = Number(request.url?.slice(1));
      response.writeHead(status || 202, status ? { location: '/' } : {}).end();
    });
    const form = new URLSearchParams({ 'hub.mode': 'subscribe' });
    const post = (path: string) => client().post({ url: `${there.url}${path}`, member: 'test', maxBytes: 1_000, form });
    expect([(await post('/307')).status, (await post('/308')).status, (await post('/303')).status]).toEqual([
      202, 202, 303,
    ]);
    const sent = (path: string) => `POST ${path} application/x-www-form-urlencoded hub.mode=subscribe`;
    expect(forms).toEqual(['/307', '/', '/308', '/', '/303'].map(sent));
    await expect(
      client({ allowAddresses: [] }).post({ url: there.url, member: 'test', maxBytes: 1_000, form }),
    ).rejects.toMatchObject({ code: 'http/blocked-address' });
  });

  it('stops at the cap of decoded bytes, however small they travelled', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const there = await host((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    await expect(client().get(asked(there.url))).rejects.toMatchObject({ code: 'http/too-large' });
  });

  it('gives a body that never ends no longer than the deadline', async () => {
    const there = await host((_request, response) => {
      response.write('a');
      const drip = setInterval(() => response.write('a'), 50);
      response.on('close', () => clearInterval(drip));
    });
    const began = Date.now();
    await expect(client({ deadlineMs: 400 }).get(asked(there.url))).rejects.toMatchObject({ code: 'http/timeout' });
    expect(Date.now() - began).toBeLessThan(1_400);
  });

  it('tells a name that does not resolve from a host that refuses', async () => {
    await expect(client().get(asked('http://nowhere.invalid/'))).rejects.toMatchObject({ code: 'http/dns' });
    await expect(client().get(asked('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'http/connection' });
    await expect(client().get(asked('ftp://example.org/'))).rejects.toMatchObject({ code: 'http/bad-url' });
    await expect(client().get(asked('not a url'))).rejects.toMatchObject({ code: 'http/bad-url' });
  });

  it('sends validators back as they came, and hands a 304 on', async () => {
    const there = await host((request, response) => {
      response.writeHead(request.headers['if-none-match'] === 'W/"odd tag"' ? 304 : 200).end();
    });
    const got = await client().get(asked(there.url, { etag: 'W/"odd tag"', lastModified: 'yesterday' }));
    expect(got.status).toBe(304);
    expect(there.requests[0]?.headers['if-modified-since']).toBe('yesterday');
  });

  it.each([
    ['120', 120],
    ['Mon, 05 Jan 2026 10:01:30 GMT', 90],
    ['99999999', 86_400],
    ['nonsense', 60],
  ])('comes back when a 429 with Retry-After %s says so', async (header, seconds) => {
    const there = await host((_request, response) => {
      response.writeHead(429, { 'retry-after': header }).end();
    });
    const paused: number[] = [];
    const gate = { ...openGate, pause: async (_host: string, untilMs: number) => void paused.push(untilMs) };
    const now = Date.parse('2026-01-05T10:00:00Z');
    const http = client({}, gate, { ...systemClock, now: () => now });
    await expect(http.get(asked(there.url))).rejects.toMatchObject({
      code: 'fetch/status-429',
      fate: 'wait',
      retryAtMs: now + seconds * 1000,
    });
    expect(paused).toEqual([now + seconds * 1000]);
  });

  it('comes back later for a first request, and waits its turn with one that goes on', async () => {
    const there = await host((_request, response) => response.end('here'));
    const turns: boolean[] = [];
    const gate: HostGate = {
      ...openGate,
      enter: async (_host, _member, _gap, _lease, continuing = false) => {
        turns.push(continuing);
        return turns.length % 2 === 1 ? Date.now() + 20 : 0;
      },
    };
    const http = client({}, gate);
    await expect(http.get(asked(there.url))).rejects.toMatchObject({ code: 'http/host-busy' });
    turns.splice(0);
    expect((await http.get(asked(there.url, { continues: true }))).status).toBe(200);
    expect(turns).toEqual([true, true]);
  });

  it('obeys robots.txt, and asks for it once', async () => {
    const there = await host((request, response) => {
      response.end(
        request.url === '/robots.txt' ? 'User-agent: *\nDisallow: /private/\nAllow: /private/open\n' : 'page',
      );
    });
    const http = client();
    expect((await http.get(asked(`${there.url}/a`, { robots: true }))).status).toBe(200);
    expect((await http.get(asked(`${there.url}/private/open`, { robots: true }))).status).toBe(200);
    await expect(http.get(asked(`${there.url}/private/x`, { robots: true }))).rejects.toMatchObject({
      code: 'fetch/robots',
    });
    expect(there.requests.map((request) => request.path)).toEqual(['/robots.txt', '/a', '/private/open']);
  });

  it('opens no site because its robots.txt said "later"', async () => {
    const there = await host((request, response) => {
      response.writeHead(request.url === '/robots.txt' ? 429 : 200, { 'retry-after': '60' }).end();
    });
    await expect(client().get(asked(`${there.url}/a`, { robots: true }))).rejects.toMatchObject({ fate: 'wait' });
    expect(there.requests.map((request) => request.path)).toEqual(['/robots.txt']);
  });

  it('is not held up by a robots.txt made to be slow', async () => {
    const hostile = `User-agent: *\n${`Disallow: /${'*a'.repeat(200)}\n`.repeat(1_000)}Disallow: /private\n`;
    const there = await host((request, response) => {
      response.end(request.url === '/robots.txt' ? hostile : 'page');
    });
    const http = client();
    const began = Date.now();
    expect((await http.get(asked(`${there.url}/${'a'.repeat(1_500)}`, { robots: true }))).status).toBe(200);
    expect(Date.now() - began).toBeLessThan(1_000);
    await expect(http.get(asked(`${there.url}/private`, { robots: true }))).rejects.toMatchObject({
      code: 'fetch/robots',
    });
  });

  it.each([
    [404, 200],
    [503, 'fetch/robots-unreachable'],
  ])('a robots.txt that answers %s means %s', async (status, result) => {
    const there = await host((request, response) => {
      response.writeHead(request.url === '/robots.txt' ? status : 200).end();
    });
    const got = client().get(asked(`${there.url}/a`, { robots: true }));
    if (typeof result === 'number') expect((await got).status).toBe(result);
    else await expect(got).rejects.toMatchObject({ code: result, fate: 'wait' });
  });

  it('comes back for a robots.txt that could not be had when it is read anew', async () => {
    const there = await host((_request, response) => response.writeHead(503).end());
    const failure = await client()
      .get(asked(there.url, { robots: true }))
      .catch((error: unknown) => error);
    const inSeconds = (Number(Reflect.get(Object(failure), 'retryAtMs')) - Date.now()) / 1000;
    expect(inSeconds).toBeGreaterThan(590);
    expect(inSeconds).toBeLessThanOrEqual(600);
  });
});
