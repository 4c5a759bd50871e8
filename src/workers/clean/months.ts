/** Names of the months in the languages of the news, without diacritics and lower case; the first four letters or more may stand for the whole where listed. */
const NAMES: readonly string[] = [
  // January
  'january jan januar janvier janv enero ene gennaio gen janeiro januari jaenner janner jan сту tammikuu tammikuuta styczen stycznia sty leden ledna januara januaru sijecanj sijecnja januarie ianuarie ian januarja sausis sausio janvaris janvari jaanuar januar ocak oca yanvar yan ianuari январь января янв январ januari ιανουαριος ιανουαριου ιαν ιανουαριο січень січня січ студзень студзеня јануар јануара јануари يناير كانون-الثاني جانفي ינואר जनवरी იანვარი იანვარს იანვრის հունվար հունվարի janar qantar қантар jenero januarius urtarrila gener xaneiro eanair มกราคม ม.ค. tammi januari януари јан jaan იან հնվ ינו׳ जन॰ ژانویه جنوری',
  // February
  'february feb februar fevrier fevr febrero febbraio fevereiro fev februari feber helmikuu helmikuuta luty lutego lut unor unora februara veljaca veljace februarie vasaris vasario februaris februari veebruar subat sub fevral fev февраль февраля фев февр февруари φεβρουαριος φεβρουαριου φεβ лютий лютого лют люты лютага фебруар фебруара فبراير شباط فيفري פברואר फरवरी თებერვალი თებერვალს თებერვლის փետրվար փետրվարի shkurt febrer febreiro กุมภาพันธ์ ก.พ. helmi febr феб shk veebr თებ փտվ פבר׳ फ़रवरी फ़र॰ فوریه فروری',
  // March
  'march mar maerz marz mars marzo março marco marts maart mrt mrz maaliskuu maaliskuuta marzec marca marc brezen brezna marec ozujak ozujka mart martie kovas kovo marts marta marci marcius märts mart март марта мар μαρτιος μαρτιου μαρ березень березня бер сакавик сакавика مارس اذار آذار מרץ मार्च მარტი მარტს მარტის մարտ մարտի maret มีนาคม มี.ค. maalis сакавіка сак მარ մրտ mac مارچ',
  // April
  'april apr pri avril avr abril abr aprile aprilie huhtikuu huhtikuuta kwiecien kwietnia kwi duben dubna aprila travanj travnja balandis balandzio aprilis aprili aprill nisan nis aprel апрель апреля апр април απριλιος απριλιου απρ квітень квітня квіт красавік красавіка априла أبريل ابريل نيسان افريل أفريل אפריל अप्रैल აპრილი აპრილს აპრილის ապրիլ ապրիլի prill เมษายน เม.ย. huhti кра აპრ ապր אפר׳ आप्रैल آوریل اپریل',
  // May
  'may mai mayo maggio mag maio maj mei toukokuu toukokuuta maja kveten kvetna svibanj svibnja geguze geguzes maijs maija majus mayis may май мая мај маја μαιος μαιου μαι травень травня трав май мая مايو ايار أيار ماي מאי मई მაისი მაისს მაისის մայիս մայիսի maji พฤษภาคม พ.ค. touko მაი մյս مه مئی',
  // June
  'june jun juni juin junio giugno giu junho kesakuu kesakuuta czerwiec czerwca cze cerven cervna juna lipanj lipnja iunie iun birzelis birzelio junijs junija junius juuni haziran haz iyun июнь июня июн юни ιουνιος ιουνιου ιουν червень червня черв чэрвень чэрвеня јун јуна јуни يونيو حزيران جوان יוני जून ივნისი ივნისს ივნისის հունիս հունիսի qershor มิถุนายน มิ.ย. kesa junij qer iyn чэр ივნ հնս ژوئن جون',
  // July
  'july jul juli juillet juil julio luglio lug julho heinakuu heinakuuta lipiec lipca lip cervenec cervence jula srpanj srpnja iulie iul liepa liepos julijs julija julius juuli temmuz tem iyul июль июля июл юли ιουλιος ιουλιου ιουλ липень липня лип ліпень ліпеня јул јула јули يوليو تموز جويلية יולי जुलाई ივლისი ივლისს ივლისის հուլիս հուլիսի korrik กรกฎาคม ก.ค. heina julij korr iyl ліп ივლ հլս يوليوز जुल॰ julai ژوئیه جولائی',
  // August
  'august aug avg avq gush ogo aout agosto ago augustus elokuu elokuuta sierpien sierpnia sie srpen srpna avgust kolovoz kolovoza rugpjutis rugpjucio augusts augusta augusztus agustos agu avqust август августа авг αυγουστος αυγουστου αυγ серпень серпня серп жнівень жніўня аугуст августа أغسطس اغسطس آب اب أوت اوت אוגוסט अगस्त აგვისტო აგვისტოს օգոստոս օգոստոսի gusht agustus สิงหาคม ส.ค. augusti agust elo жні აგვ օգս غشت אוג׳ अग॰ ogos اوت اگست',
  // September
  'september sep sept septembre septiembre setiembre settembre set setembro syyskuu syyskuuta wrzesien wrzesnia wrz zari septembra septembar rujan rujna septembrie rugsejis rugsejo septembris septembri szeptember eylul eyl sentyabr сентябрь сентября сен сент септември σεπτεμβριος σεπτεμβριου σεπ вересень вересня вер верасень верасня септембар септембра سبتمبر أيلول ايلول ספטמבר सितंबर სექტემბერი სექტემბერს სექტემბრის սեպտեմբեր սեպտեմբերի shtator กันยายน ก.ย. syys szept сеп sht sen სექ սեպ شتنبر ספט׳ सितम्बर सित॰ سپتامبر ستمبر',
  // October
  'october oct oktober okt octobre octubre ottobre ott outubro out lokakuu lokakuuta pazdziernik pazdziernika paz rijen rijna oktobra oktobar octombrie spalis spalio oktobris oktobri oktoober ekim eki oktyabr октябрь октября окт октомври οκτωβριος οκτωβριου οκτ жовтень жовтня жовт кастрычнік кастрычніка октобар октобра أكتوبر اكتوبر تشرين-الأول אוקטובר अक्टूबर ოქტომბერი ოქტომბერს ოქტომბრის հոկտեմբեր հոկտեմբերի tetor ตุลาคม ต.ค. loka tet кас ოქტ հոկ אוק׳ अक्तूबर अक्टू॰ اکتبر',
  // November
  'november nov novembre noviembre novembro marraskuu marraskuuta listopad listopada lis novembra novembar studeni studenog studenoga noiembrie noi lapkritis lapkricio novembris novembri kasim kas noyabr ноябрь ноября ноя ноември νοεμβριος νοεμβριου νοε листопад листопада лист лістапад лістапада новембар новембра نوفمبر تشرين-الثاني נובמבר नवंबर ნოემბერი ნოემბერს ნოემბრის նոյեմբեր նոյեմբերի nentor พฤศจิกายน พ.ย. marras listopadu nen noy нояб ное ліс ნოე նոյ نونبر נוב׳ नव॰ نوامبر نومبر',
  // December
  'december dec dezember dez decembre diciembre dic dicembre dezembro desember des joulukuu joulukuuta grudzien grudnia gru prosinec prosince decembra decembar prosinac prosinca decembrie gruodis gruodzio decembris decembri detsember aralik ara dekabr dek декабрь декабря дек декември δεκεμβριος δεκεμβριου δεκ грудень грудня груд снежань снежня децембар децембра ديسمبر كانون-الأول דצמבר दिसंबर დეკემბერი დეკემბერს დეკემბრის դեկտեմբեր դեկտեմբերի dhjetor desember ธันวาคม ธ.ค. joulu dhj сне dets დეკ դեկ دجنبر דצמ׳ दिस॰ disember dis دسامبر دسمبر',
];

/** Solar Hijri months, in Persian and Dari. */
const PERSIAN = 'فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند'.split(' ');

/** Lower case, without diacritics, with Western digits: the form in which dates are compared. */
export function plain(text: string): string {
  return text
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0xe50))
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replace(/تشرين الأول/g, 'تشرين-الأول')
    .replace(/تشرين الثاني/g, 'تشرين-الثاني')
    .replace(/كانون الأول/g, 'كانون-الأول')
    .replace(/كانون الثاني/g, 'كانون-الثاني')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

const MONTHS = new Map<string, number>();
NAMES.forEach((names, index) => {
  for (const name of names.split(' ')) if (name) MONTHS.set(plain(name).replace(/\.$/, ''), index + 1);
});
const PERSIAN_MONTHS = new Map(PERSIAN.map((name, index) => [plain(name), index + 1]));

/** Names that mean another month, or a common word, in other languages. */
const LOCAL: Record<string, Record<string, number>> = {
  hr: {
    sij: 1,
    velj: 2,
    ozu: 3,
    tra: 4,
    svi: 5,
    lip: 6,
    srp: 7,
    kol: 8,
    ruj: 9,
    lis: 10,
    listopad: 10,
    listopada: 10,
    stu: 11,
    pro: 12,
  },
  cs: { led: 1, uno: 2, bre: 3, dub: 4, kve: 5, cvn: 6, cvc: 7, srp: 8, zar: 9, rij: 10, lis: 11, pro: 12 },
};

/** Number of the month that a word in `plain` form names, 1 to 12; null when it names none. */
export function monthOf(word: string, language: string | null): number | null {
  const bare = word.replace(/[.,]$/, '');
  const local = LOCAL[language ?? '']?.[bare];
  if (local !== undefined) return local;
  return MONTHS.get(bare) ?? MONTHS.get(bare.replace(/^ב(?=\p{L}{2})/u, '')) ?? null;
}

export const persianMonthOf = (word: string): number | null => PERSIAN_MONTHS.get(word) ?? null;
