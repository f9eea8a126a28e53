#![no_main]
sanctuary_fuzz::target!(sanctuary_server::fuzzing::origin, DECODER);
