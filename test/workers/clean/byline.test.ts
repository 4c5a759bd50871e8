import { describe, expect, it } from 'vitest';
import { readByline } from '../../../src/workers/clean/byline.js';

describe('readByline', () => {
  it.each([
    ['By Ann Lee', ['Ann Lee']],
    ['BY ANN LEE and Bo Chan', ['ANN LEE', 'Bo Chan']],
    ['By Ann Lee, Bo Chan and Cy Dun', ['Ann Lee', 'Bo Chan', 'Cy Dun']],
    ['Ann Lee, Senior Editor', ['Ann Lee']],
    ['Ann Lee, PhD', ['Ann Lee']],
    ['Ann Lee | Defence correspondent', ['Ann Lee']],
    ['Written by Ann Lee', ['Ann Lee']],
    ['Von Jürgen Groß', ['Jürgen Groß']],
    ['Par Élodie Martin', ['Élodie Martin']],
    ['Автор: Иван Петров', ['Иван Петров']],
    ['Yazar: Ayşe Yılmaz', ['Ayşe Yılmaz']],
    ['Ann Lee ann.lee@paper.example', ['Ann Lee']],
    ['Posted on March 3, 2020 by Ann Lee', ['Ann Lee']],
    ['Lee, Ann', ['Ann Lee']],
  ])('%s', (text, names) => {
    expect(readByline(text, ['Daily Example'])).toEqual(names);
  });

  it.each([
    '',
    'By',
    'Posted by',
    'Newsroom',
    'Daily Example',
    'Redaktion',
    'Staff Writer',
    'admin',
    '5 min read',
    'https://paper.example/ann',
    'ann@paper.example',
    'Reuters',
    '3 March 2020',
    'and so it came that all of them left',
  ])('names nobody in %j', (text) => {
    expect(readByline(text, ['Daily Example'])).toEqual([]);
  });
});
