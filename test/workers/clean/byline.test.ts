import { describe, expect, it } from 'vitest';
import { readByline, readDesk } from '../../../src/workers/clean/byline.js';

describe('readByline', () => {
  it.each([
    ['By Ann Lee', ['Ann Lee']],
    ['BY ANN LEE and Bo Chan', ['ANN LEE', 'Bo Chan']],
    ['By Ann Lee, Bo Chan and Cy Dun', ['Ann Lee', 'Bo Chan', 'Cy Dun']],
    ['Ann Lee, Senior Editor', ['Ann Lee']],
    ['Ann Lee, PhD', ['Ann Lee, PhD']],
    ['Ann Lee, PhD, Bo Chan, MD and Cy Dun', ['Ann Lee, PhD', 'Bo Chan, MD', 'Cy Dun']],
    ['Ann Lee, Head of Harbour and Coast Affairs', ['Ann Lee']],
    ['April Fulton', ['April Fulton']],
    ['Jonathan Last', ['Jonathan Last']],
    ['Ann Lee in Port Ada', ['Ann Lee']],
    ['By Ann Lee and Bo Chan in Paris', ['Ann Lee', 'Bo Chan']],
    ['Ann Lee Senior Defence Correspondent', ['Ann Lee']],
    ['Staff Writer Ann Lee', ['Ann Lee']],
    ['Jan Smit en Piet Vos', ['Jan Smit', 'Piet Vos']],
    ['Ann Lee / AFP', ['Ann Lee']],
    ['Ann Lee, Reuters', ['Ann Lee']],
    ['Tarafından Ayşe Yılmaz', ['Ayşe Yılmaz']],
    ['Ann Lee 4 August 2010', ['Ann Lee']],
    ['ByA. B. Lee Thursday, November 9, 2023 7:35AM', ['A. B. Lee']],
    ['Posted by Ann Lee on 2025-12-18 in harbours.', ['Ann Lee']],
    ['Written by Ann Lee | Edited by Bo Chan', ['Ann Lee']],
    ['Text & Fotos: Jürgen Groß', ['Jürgen Groß']],
    ['Por Ana Gómez y Luis Peña', ['Ana Gómez', 'Luis Peña']],
    ['Di Marco Bianchi', ['Marco Bianchi']],
    ['Door Piet de Vries', ['Piet de Vries']],
    ['Av Kari Nordmann', ['Kari Nordmann']],
    ['Af Mette Holm', ['Mette Holm']],
    ['بقلم: سامي حداد', ['سامي حداد']],
    ['記者 林大明', ['林大明']],
    ['Ann Lee | Defence correspondent', ['Ann Lee']],
    ['Written by Ann Lee', ['Ann Lee']],
    ['Von Jürgen Groß', ['Jürgen Groß']],
    ['Par Élodie Martin', ['Élodie Martin']],
    ['Автор: Иван Петров', ['Иван Петров']],
    ['Yazar: Ayşe Yılmaz', ['Ayşe Yılmaz']],
    ['Ann Lee ann.lee@paper.example', ['Ann Lee']],
    ['Posted on March 3, 2020 by Ann Lee', ['Ann Lee']],
    ['Lee, Ann', ['Ann Lee']],
    ['by Ann Lee ● March 3, 2020 ● 6 min read', ['Ann Lee']],
    ['Autorin: Ann Lee, Projektleiterin der Hafenkunde in Tunesien.', ['Ann Lee']],
    ['Written by Ann Lee.', ['Ann Lee']],
    ['Ann Lee Jr.', ['Ann Lee Jr.']],
  ])('%s', (text, names) => {
    expect(readByline(text, ['Daily Example'])).toEqual(names);
  });

  it('keeps a login or a pen name that the markup or the data calls an author', () => {
    expect(readByline('by annlee7', ['Daily Example'], 'marked')).toEqual(['annlee7']);
    expect(readByline('ann.lee', ['Daily Example'], 'stated')).toEqual(['ann.lee']);
    expect(readByline('Maria & Bo', ['Daily Example'], 'stated')).toEqual(['Maria', 'Bo']);
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
    'Reviewed by Ann Lee',
    'Photo: Ann Lee',
    'Wellness & Prevention',
    'Ministerium für Häfen und Küsten',
    'paper.example.com',
    'Monday, 3 March',
    '3 March 2020',
    'and so it came that all of them left',
  ])('names nobody in %j', (text) => {
    expect(readByline(text, ['Daily Example'])).toEqual([]);
  });
});

describe('readDesk', () => {
  it.each([
    ['By News Desk', 'News Desk'],
    ['Written by Tidewater Staff | 3 March 2020', 'Tidewater Staff'],
    ['Daily Example', 'Daily Example'],
    ['By: DailyExample', 'DailyExample'],
    ['Von Redaktion, 3.3.2020', 'Redaktion'],
  ])('%s', (text, desk) => {
    expect(readDesk(text, ['Daily Example'])).toBe(desk);
  });

  it.each([
    '',
    'By',
    'admin',
    'Posted by admin',
    'About the team',
    'By Ann Lee',
    'Share',
    'Harbour towns share pilots',
  ])('names none in %j', (text) => {
    expect(readDesk(text, ['Daily Example'])).toBeNull();
  });
});
