//! Callers for the demo: names as telephone systems really carry them, and numbers that are
//! reserved for fiction or documentation where a country has such.

/// A caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name that the telephone shows.
    pub name: &'static str,
    /// The number.
    pub number: &'static str,
}

const fn caller(name: &'static str, number: &'static str) -> Caller {
    Caller { name, number }
}

/// Callers with names from several scripts, among them an emoji, an apostrophe and one that looks
/// like markup.
pub const CALLERS: [Caller; 26] = [
    caller("Zoë Müller", "+493023125001"),
    caller("Łukasz Wiśniewski", "+48699555010"),
    caller("Ólafur Þórðarson", "+3545550118"),
    caller("Siobhán O'Brien", "+353209100123"),
    caller("Nguyễn Thị Hương", "+842471000142"),
    caller("João da Conceição", "+351210000117"),
    caller("Åse Strømsø-Bjørnstad", "+4721555014"),
    caller("Çağla Yıldız", "+902125550166"),
    caller("Дарья Соколова", "+74950000123"),
    caller("Олександр Шевченко", "+380445550187"),
    caller("Ελένη Παπαδοπούλου", "+302105550102"),
    caller("ليلى الحسن", "+97145550134"),
    caller("محمد عبد الله", "+20225550119"),
    caller("נועה לוי", "+97235550171"),
    caller("王小明", "+861055550188"),
    caller("陳美玲", "+85255550125"),
    caller("佐藤 花子", "+81355550143"),
    caller("김민준", "+82255550156"),
    caller("प्रिया शर्मा", "+911155550177"),
    caller("☕ Café Zentrale", "+431555001199"),
    caller("<b>Bold & Sons</b>", "+442079460958"),
    caller("The \"Quoted\" Company", "+12025550147"),
    caller("Amara Okafor", "+442079460321"),
    caller("Ben Carter", "+12125550101"),
    caller("Reception", "1001"),
    caller("", "+61255501234"),
];
