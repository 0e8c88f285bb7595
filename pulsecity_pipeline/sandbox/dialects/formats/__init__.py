"""What several dialects write alike: calendar lines, XML, times as publishers state them."""
