import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { type FailureCode, StageFailure } from '../../shared/failures.js';
import type { HttpResponse } from '../../shared/http/client.js';
import { ArticleRef, FetchedPage } from '../../shared/model/stages.js';
import { defineStage } from '../stage.js';

const compress = promisify(gzip);

const ACCEPT = 'text/html, application/xhtml+xml, application/xml;q=0.5, text/plain;q=0.3, */*;q=0.1';

/** Asks for the page of an article; the validators of an earlier visit save sending it again when it has not changed. */
export const fetchPage = defineStage({
  name: 'fetch',
  input: z.object({ article: ArticleRef, page: FetchedPage.optional() }),
  makes: 'page',
  output: FetchedPage,
  async run({ article, page: before }, { http, config }, { stop, limitMs, member }) {
    const response = await http.get({
      url: article.url,
      member,
      accept: ACCEPT,
      maxBytes: config.fetch.maxBytes,
      etag: before?.etag ?? null,
      lastModified: before?.lastModified ?? null,
      robots: config.fetch.robots,
      limitMs,
      stop,
    });
    if (response.status === 304 && before) return { ...before, notModified: true };
    failOnStatus(response);
    const contentType = response.headers.get('content-type');
    if (response.body.byteLength === 0) throw new StageFailure('fetch/empty', response.url);
    if (!isPage(contentType, response.body))
      throw new StageFailure('fetch/not-html', `${contentType} at ${response.url}`);
    return {
      url: response.url,
      status: response.status,
      contentType,
      etag: response.headers.get('etag'),
      lastModified: response.headers.get('last-modified'),
      notModified: false,
      gzip: (await compress(response.body, { level: 4 })).toString('base64'),
    };
  },
});

const STATUS: Record<number, FailureCode> = { 404: 'fetch/status-404', 410: 'fetch/status-410' };

function failOnStatus({ status, url }: HttpResponse): void {
  if (status >= 200 && status < 300) return;
  const code = STATUS[status] ?? (status >= 500 ? 'fetch/status-5xx' : 'fetch/status-4xx');
  throw new StageFailure(code, `${status} from ${url}`);
}

/** Servers that say nothing, or octet-stream, are judged by the first bytes: a page begins with a tag. */
function isPage(contentType: string | null, body: Uint8Array): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/^(text\/html|application\/xhtml\+xml|text\/plain|(text|application)\/xml)$/.test(type)) return true;
  if (type !== '' && type !== 'application/octet-stream') return false;
  const head = Buffer.from(body.subarray(0, 256)).toString('latin1').trimStart();
  return head.startsWith('<') || /<(html|head|body|!doctype)/i.test(head);
}
