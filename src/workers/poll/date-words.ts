/**
 * Beginnings of month names, January first, in lower case without accents (and dotless i as i, final sigma as sigma).
 * A name that means different months in two languages (listopad) is left out: a wrong date is worse than none.
 * Read in order, so that a longer beginning of a later month never hides behind a shorter one of an earlier month.
 */
export const MONTH_STEMS: readonly (readonly string[])[] = [
  'jan gen ene ianuar ian januar yan oca sty leden ledna sijec sausi tammi янв яну січ ιαν იან ינו يناير',
  'feb fev fevr fevral sub lut unor unora veljac vasari helmi фев лют φεβ თებ פבר فبراير',
  'mar maer mrt marec brez ozuj kovo maalis мар бере μαρ მარ מרץ مارس',
  'apr avr abr nis kwi dubna duben travn baland huhti апр квіт απρ აპრ אפר ابريل',
  'mai may mag maj kvet svib geguz touko mei ма тра μαι მაი מאי مايو',
  'jun juin giu iun iyun iyn haz cze cervna birzel kesak июн юни черв ιουν ივნ יונ يونيو',
  'jul juil lug iul iyul iyl tem lipc lipie cervence srpnja liepa heina июл юли лип ιουλ ივლ יול يوليو',
  'aug aou ago avq avg agu sie srpna srpen kolovo rugpj elok авг серп αυγ აგვ אוג اغسطس',
  'sep set eyl sent szep wrz zari rujan rujna rugsej syys сен вере σεπ სექ ספט سبتمبر',
  'oct okt ott out eki paz rijna rijen spal loka окт жовт οκτ ოქტ אוק اكتوبر',
  'nov kas noy listopadu studen lapkr marras ноя ное лист νοε ნოე נוב نوفمبر',
  'dec dez dic dek des ara gru prosin gruod joulu дек груд δεκ დეკ דצמ ديسمبر',
].map((stems) => stems.split(' '));

const HOUR = 60;

/**
 * Zone names in minutes east of UTC. Where one name is used by several countries, the one that feeds mean: RFC 822's
 * American zones first. Military letters have the signs of RFC 822, to which RSS refers (RFC 2822 found them reversed).
 */
export const ZONE_OFFSETS: ReadonlyMap<string, number> = new Map([
  ...named('UT UTC GMT Z WET', 0),
  ...named('CET MET BST WEST WAT', 1),
  ...named('CEST MEST EET SAST CAT', 2),
  ...named('EEST MSK TRT EAT', 3),
  ...named('MSD GST AZT GET SAMT', 4),
  ...named('PKT UZT YEKT AZST', 5),
  ...named('IST', 5.5),
  ...named('NPT', 5.75),
  ...named('BDT ALMT OMST', 6),
  ...named('ICT WIB KRAT NOVT', 7),
  ...named('HKT SGT PHT AWST IRKT WITA', 8),
  ...named('JST KST YAKT WIT', 9),
  ...named('ACST', 9.5),
  ...named('AEST VLAT', 10),
  ...named('ACDT', 10.5),
  ...named('AEDT MAGT', 11),
  ...named('NZST', 12),
  ...named('NZDT', 13),
  ...named('NST', -3.5),
  ...named('NDT', -2.5),
  ...named('ADT ART BRT CLST', -3),
  ...named('AST AT EDT CLT VET', -4),
  ...named('EST ET CDT COT PET', -5),
  ...named('CST CT MDT', -6),
  ...named('MST MT PDT', -7),
  ...named('PST PT AKDT', -8),
  ...named('AKST', -9),
  ...named('HST', -10),
  ...[...'ABCDEFGHIKLM'].map((letter, index): [string, number] => [letter, -(index + 1) * HOUR]),
  ...[...'NOPQRSTUVWXY'].map((letter, index): [string, number] => [letter, (index + 1) * HOUR]),
]);

function named(names: string, hours: number): [string, number][] {
  return names.split(' ').map((name) => [name, hours * HOUR]);
}
