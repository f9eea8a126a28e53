#![no_main]
sanctuary_fuzz::target!(sanctuary_e2ee::fuzzing::capsule, DECODER);
