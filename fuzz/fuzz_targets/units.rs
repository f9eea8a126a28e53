#![no_main]
sanctuary_fuzz::target!(sanctuary::fuzzing::units, DECODER);
