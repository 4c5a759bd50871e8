import { describe, expect, it } from 'vitest';
import { canonicalUrl, sameRegistrableDomain } from '../../src/shared/canonical-url.js';

const KEYS: readonly (readonly [url: string, key: string])[] = [
  ['http://Example.ORG', 'https://example.org/'],
  ['HTTPS://www.example.org:443/a', 'https://example.org/a'],
  ['http://example.org:80/a', 'https://example.org/a'],
  ['http://example.org:8080/a', 'https://example.org:8080/a'],
  ['https://example.org/a#part', 'https://example.org/a'],
  ['https://m.example.org/a/', 'https://example.org/a'],
  ['https://www.m.example.co.uk/a', 'https://example.co.uk/a'],
  ['https://m.tv/a', 'https://m.tv/a'],
  ['https://news.example.org/a', 'https://news.example.org/a'],
  ['https://amp.example.org/a', 'https://example.org/a'],
  ['https://example.org/a/amp/', 'https://example.org/a'],
  ['https://example.org/amp/a', 'https://example.org/a'],
  ['https://example.org/a.amp.html', 'https://example.org/a.html'],
  ['https://example.org/amplifier', 'https://example.org/amplifier'],
  ['https://example.org/a?utm_source=x&id=3&fbclid=1', 'https://example.org/a?id=3'],
  ['https://example.org/a?b=2&a=1', 'https://example.org/a?a=1&b=2'],
  ['https://example.org/a?x=2&x=1', 'https://example.org/a?x=2&x=1'],
  ['https://example.org/a?b=&a=1', 'https://example.org/a?a=1'],
  ['https://example.org/?12345', 'https://example.org/?12345'],
  ['https://example.org/a?ref=rss', 'https://example.org/a'],
  ['https://example.org/a?ref=42', 'https://example.org/a?ref=42'],
  ['https://example.org/%7Ebob/%c3%a9', 'https://example.org/~bob/%C3%A9'],
  ['https://example.org/é', 'https://example.org/%C3%A9'],
  ['https://example.org/a%2Fb', 'https://example.org/a%2Fb'],
  ['https://example.org/a?q=a%26b', 'https://example.org/a?q=a%26b'],
  ['https://example.org/a?q=a+b', 'https://example.org/a?q=a+b'],
  ['https://example.org/100%', 'https://example.org/100%25'],
  ['https://user@example.org/a', 'https://example.org/a'],
  ['https://例え.jp/a', 'https://xn--r8jz45g.jp/a'],
  ['https://example.org./a', 'https://example.org/a'],
  ['http://[2001:DB8::1]:80/a', 'https://[2001:db8::1]/a'],
  ['http://192.0.2.1:8080/a', 'https://192.0.2.1:8080/a'],
  ['https://user:secret@example.org:444/a', 'https://example.org:444/a'],
  ['https://EXAMPLE.org/A/../B/./c//d', 'https://example.org/B/c/d'],
  ['https://example.org/a;jsessionid=0A1B?id=1', 'https://example.org/a?id=1'],
  ['https://example.org/a?mtm_campaign=x&ga_source=y&gclid=1&mc_cid=2&mc_eid=3&_ga=4', 'https://example.org/a'],
  ['https://example.org/a?utmost=1&gamma=2&fbclidx=3', 'https://example.org/a?fbclidx=3&gamma=2&utmost=1'],
  ['https://example.org/a?UTM_Source=x', 'https://example.org/a'],
  ['https://example.org/a?q=%e2%82%ac&p=%41', 'https://example.org/a?p=A&q=%E2%82%AC'],
  ['https://example-org.cdn.ampproject.org/c/s/www.example.org/a/amp?id=1', 'https://example.org/a?id=1'],
  ['https://www.google.com/amp/s/example.org/a', 'https://example.org/a'],
  ['https://www.google.com/a/b', 'https://google.com/a/b'],
  ['https://bücher.example/a', 'https://xn--bcher-kva.example/a'],
  ['  not a url ', 'not a url'],
];

describe('canonical URL', () => {
  it.each(KEYS)('%s', (url, key) => {
    expect(canonicalUrl(url)).toBe(key);
  });

  it.each(KEYS)('is the key of itself: %s', (_url, key) => {
    expect(canonicalUrl(key)).toBe(key);
  });

  it('knows registrable domains', () => {
    expect(sameRegistrableDomain('https://a.bbc.co.uk/x', 'http://www.bbc.co.uk')).toBe(true);
    expect(sameRegistrableDomain('https://a.co.uk', 'https://b.co.uk')).toBe(false);
    expect(sameRegistrableDomain('http://10.0.0.1/', 'http://10.0.0.1/x')).toBe(true);
    expect(sameRegistrableDomain('nonsense', 'nonsense')).toBe(false);
  });
});
