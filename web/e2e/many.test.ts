/** Full rooms. */
